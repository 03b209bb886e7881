import Console
import Engine
import Foundation
import OnlineLearning
import Topology

/// Tells on stderr what running engines do: log lines as things happen, and on a terminal a summary every ten seconds.
final class RunReporter: Sendable {
    private let stopping = Flag()
    private let work: BackgroundWork

    /// Begins to tell; `end` ends it.
    init(_ runners: [EngineRunner], summarizes: Bool = Terminal.errorIsTerminal) {
        let stopping = self.stopping
        work = BackgroundWork("reporter") {
            let clock = ContinuousClock()
            var narrators = runners.map { runner in
                let topology = runner.settings.topology
                return RunNarrator(name: topology.name, models: topology.pipeline.models.count)
            }
            var counts = [UInt64](repeating: 0, count: runners.count)
            var last = clock.now
            var isLast = false
            while !isLast {
                Thread.sleep(forTimeInterval: 0.25)
                // What happened before the end is told too.
                isLast = stopping.isRaised
                let elapsed = (clock.now - last) / .seconds(1)
                let isDue = summarizes && elapsed >= 10
                for (index, runner) in runners.enumerated() {
                    let figures = RunFigures(runner.status.read())
                    for line in narrators[index].lines(figures, isLast: isLast) {
                        Log.write(line.level, line.message, line.fields)
                    }
                    guard isDue else { continue }
                    let rate = Double(figures.events - min(counts[index], figures.events)) / elapsed
                    Terminal.printError(Printable.text(narrators[index].summary(figures, perSecond: rate)))
                    counts[index] = figures.events
                }
                if isDue { last = clock.now }
            }
        }
    }

    /// Returns once nothing is told any more.
    func end() {
        stopping.raise()
        try? work.wait()
    }
}
