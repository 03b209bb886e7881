import Console
import Engine
import Foundation
import Synchronization
import Topology

/// Several engines in one process: one thread each, one readiness, one end.
final class EngineProcess: Sendable {
    let runners: [EngineRunner]
    private let errors = Mutex<[EngineError]>([])

    /// `onReady` is called once, when every engine is.
    init(_ settings: [EngineSettings], onReady: @escaping @Sendable () -> Void) {
        let waiting = Countdown(settings.count, onReady)
        runners = settings.map { EngineRunner(settings: $0) { waiting.countDown() } }
    }

    /// Blocks until all engines have ended; one that fails stops the rest. Throws the first error.
    func run() throws(EngineError) {
        let group = DispatchGroup()
        for runner in runners {
            let thread = Thread { [self] in
                do throws(EngineError) { try runner.run() } catch {
                    errors.withLock { $0.append(error) }
                    stop()
                }
                group.leave()
            }
            thread.name = "engine-\(runner.settings.topology.name)"
            group.enter()
            thread.start()
        }
        group.wait()
        if let error = errors.withLock({ $0.first }) { throw error }
    }

    /// Finish the batch, commit, end.
    func stop() { for runner in runners { runner.stop.request() } }
}

/// Calls once, at the last of several countdowns.
private final class Countdown: Sendable {
    private let left: Mutex<Int>
    private let action: @Sendable () -> Void

    init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
        left = Mutex(count)
        self.action = action
    }

    func countDown() {
        let isLast = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isLast { action() }
    }
}
