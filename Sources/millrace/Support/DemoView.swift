import Console
import Engine
import Foundation
import OnlineLearning
import Topology

/// What the demo shows: a picture on a terminal, else a line a second.
final class DemoView {
    private let topology: TopologyPlan
    private let isPlain: Bool
    private let style = Style.output
    private let clock = ContinuousClock()
    private var start: ContinuousClock.Instant
    private var bootstrap = ""
    private var page = ""
    private let picture = Picture()
    private var shownNotices = 0
    private var lastEvents: UInt64 = 0
    private var lastTime: ContinuousClock.Instant
    private var rate = 0.0
    private var errors: [(value: Double, hasDrift: Bool)] = []
    private var lastDrifts: UInt64 = 0
    /// The task as it was last seen; an engine that has stopped has none.
    private var lastTask: EngineStatus.TaskStatus?

    init(_ topology: TopologyPlan, isPlain: Bool) {
        self.topology = topology
        self.isPlain = isPlain
        start = clock.now
        lastTime = start
    }

    /// Says what this is and is not.
    func introduce(_ bootstrap: String) {
        self.bootstrap = bootstrap
        Terminal.print(
            """
            \(style.bold("Millrace demo")): card payments stream in, a model learns to spot fraud, and the
            thieves change their pattern every now and then.

            Broker    \(style.cyan(bootstrap)), librdkafka's mock cluster inside this process.
                      It speaks Kafka's protocol, so other programs can read and write its
                      topics, but it keeps a few MiB in memory only, does not isolate
                      transactions, and loses the offsets in them: this shows learning, not
                      exactly-once. For that use `millrace run` with a real broker.
            Look in   kcat -b \(bootstrap) -t \(topology.outputTopic) -C
                      kcat -b \(bootstrap) -t \(topology.name)-drift -C
            Stop      Ctrl-C

            """)
        Terminal.print(style.dim("starting; the mock lets a group wait 3 s before its first assignment"))
    }

    /// Says where the page is.
    func announce(_ url: String) {
        page = url
        Terminal.print(
            "\n\(style.bold("Look at")) \(style.cyan(url)) in a browser: the same in plain words and pictures\n")
    }

    /// Shows the engine's state until the time is over, it is asked to stop, or `isOver`.
    func watch(_ runner: EngineRunner, seconds: Int?, isOver: () -> Bool) {
        start = clock.now
        lastTime = start
        var nextLine = start + .seconds(1)
        while !runner.stop.isRequested, !isOver() {
            if let seconds, clock.now - start >= .seconds(seconds) { break }
            Thread.sleep(forTimeInterval: isPlain ? 0.1 : 0.25)
            guard clock.now >= nextLine || !isPlain else { continue }
            nextLine += .seconds(1)
            let values = runner.status.read()
            measure(values)
            if isPlain { printLine(values) } else { draw(values) }
        }
    }

    /// The last word.
    func conclude() {
        guard let task = lastTask, task.events > 0 else {
            return Terminal.print("stopped before the first event")
        }
        Terminal.print("")
        Terminal.print(
            "\(Numbers.grouped(Int(task.events))) payments scored and learned, \(task.driftEvents) drift events and warnings, "
                + "\(task.decisions) decisions.")
        Terminal.print(
            "Next: millrace create --input sample.csv --label field > topology.yaml\n"
                + "      millrace run topology.yaml"
        )
    }

    private func measure(_ values: EngineStatus.Values) {
        guard let task = values.tasks[0] else { return }
        lastTask = task
        let now = clock.now
        let elapsed = (now - lastTime) / .seconds(1)
        if elapsed >= 0.9 {
            rate = Double(task.events - min(lastEvents, task.events)) / elapsed
            lastEvents = task.events
            lastTime = now
        }
        guard let accuracy = task.report.flatMap({ EvaluationResult.value("accuracy", $0.windowed) }) else { return }
        errors.append((1 - accuracy, task.driftEvents > lastDrifts))
        lastDrifts = task.driftEvents
        if errors.count > 240 { errors.removeFirst() }
    }

    private func errorText(_ report: PipelineReport) -> String {
        let error = EvaluationResult.value("accuracy", report.windowed).map { 100 * (1 - $0) }
        let baselines = report.baselines.compactMap { entry in
            EvaluationResult.value("accuracy", entry.metrics).map {
                "\(entry.name) \(Numbers.fixed(100 * (1 - $0), 2)) %"
            }
        }
        let own = error.map { "\(Numbers.fixed($0, 2)) %" } ?? "-"
        return "error \(own) in the last \(Numbers.grouped(report.windowSize)) "
            + "(\(baselines.joined(separator: ", ")) over all)"
    }

    private func printLine(_ values: EngineStatus.Values) {
        let seconds = Int((clock.now - start) / .seconds(1))
        guard let task = values.tasks[0], let report = task.report, task.events > 0 else {
            return Terminal.print("\(seconds) s: waiting for the first assignment")
        }
        var line = "\(seconds) s: \(Numbers.grouped(Int(task.events))) events (\(Numbers.grouped(Int(rate)))/s), "
        line += errorText(report) + ", champion \(report.champion) v\(report.version)"
        if task.driftEvents > 0 { line += ", \(task.driftEvents) drift marks, \(task.decisions) decisions" }
        Terminal.print(line)
        // The list keeps the newest ones only; what was shown before is known by count.
        let total = Int(task.driftEvents + task.decisions)
        for notice in task.notices.suffix(total - shownNotices) { Terminal.print("   " + text(notice)) }
        shownNotices = total
    }

    private func text(_ notice: Notice) -> String {
        switch notice {
        case .drift(let drift):
            let word = drift.level == .drift ? style.yellow("drift") : "\(drift.level)"
            return
                "\(word) at \(Numbers.grouped(Int(drift.at))): \(drift.detector) saw the \(drift.signal) of \(drift.model) go from "
                + "\(Numbers.fixed(drift.change.meanBefore, 4)) to \(Numbers.fixed(drift.change.meanAfter, 4))"
        case .decision(let decision):
            return "\(style.cyan(decision.action)) at \(Numbers.grouped(Int(decision.at))): \(decision.reason)"
        }
    }

    private func draw(_ values: EngineStatus.Values) {
        guard let task = values.tasks[0], let report = task.report, task.events > 0 else { return }
        let (width, rows) = Terminal.size
        var lines = [
            "\(style.bold(Numbers.grouped(Int(task.events)))) events, \(Numbers.grouped(Int(rate)))/s, "
                + "\(values.transactionsCommitted) commits, memory \(Numbers.bytes(task.memoryBytes))",
            errorText(report),
            chart(width: width - 26),
        ]
        let models = report.models.map { model in
            let error = EvaluationResult.value("accuracy", model.windowed).map {
                Numbers.fixed(100 * (1 - $0), 2) + " %"
            }
            let name = "\(model.name) v\(model.version) \(error ?? "-")"
            return model.name == report.champion ? style.green(name + " champion") : name
        }
        lines += ["models     " + models.joined(separator: "   "), ""]
        lines.append(style.bold("What happened") + (task.notices.isEmpty ? ": nothing yet" : ""))
        let look = page.isEmpty ? "" : "look at \(page) · "
        let foot = ["", style.dim("\(look)kcat -b \(bootstrap) -t \(topology.outputTopic) -C · stop: Ctrl-C")]
        // The newest notices, as many as there is room for.
        var told: [String] = []
        for notice in task.notices.reversed() {
            let entry = Picture.wrapped(text(notice), columns: width - 2, indent: 2).map { "  " + $0 }
            if lines.count + entry.count + told.count + foot.count >= rows || told.count >= 10 { break }
            told = entry + told
        }
        picture.draw(lines + told + foot)
    }

    /// The error over time in eight steps of height; a drift mark stands in another colour.
    private func chart(width: Int) -> String {
        let steps = Array("▁▂▃▄▅▆▇█")
        let shown = errors.suffix(max(10, min(width, 240)))
        let highest = max(shown.map { $0.value }.max() ?? 0, 0.01)
        let bars = shown.map { point -> String in
            let step = String(steps[min(7, max(0, Int(point.value / highest * 8)))])
            return point.hasDrift ? style.red(step) : style.cyan(step)
        }
        return "error      \(bars.joined()) up to \(Numbers.fixed(100 * highest, 2)) %"
    }
}
