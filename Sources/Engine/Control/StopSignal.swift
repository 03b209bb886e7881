import Synchronization

/// The wish to stop, and who is ready: shared by the workers and whoever runs them.
public final class StopSignal: Sendable {
    private let requested = Atomic<Bool>(false)
    private let ready: Mutex<Set<Int>> = Mutex([])
    private let workers: Int
    private let onReady: @Sendable () -> Void

    /// - Parameter onReady: called once, when all workers have their assignment and their tasks are restored.
    public init(workers: Int, onReady: @escaping @Sendable () -> Void = {}) {
        self.workers = workers
        self.onReady = onReady
    }

    /// Finish the batch, commit, and end. Safe from any thread and from a signal handler.
    public func request() { requested.store(true, ordering: .releasing) }

    /// Whether somebody asked to stop.
    public var isRequested: Bool { requested.load(ordering: .acquiring) }

    func reportReady(worker: Int) {
        let all = ready.withLock { set in
            guard set.insert(worker).inserted else { return false }
            return set.count == workers
        }
        if all { onReady() }
    }
}
