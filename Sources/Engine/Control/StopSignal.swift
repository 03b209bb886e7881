import Synchronization

/// The wish to stop, and who is ready: shared by the workers and whoever runs them.
public final class StopSignal: Sendable {
    /// How long the whole end may take, from the request on: below the usual grace of 30 s.
    public static let grace = Duration.seconds(20)
    /// How long the last transactions may take; the rest is for leaving the group and ending the clients.
    private static let drainGrace = Duration.seconds(12)

    private let requested = Atomic<Bool>(false)
    private let requestedAt = Mutex<ContinuousClock.Instant?>(nil)
    private let uncommitted = Mutex<String?>(nil)
    private let ready: Mutex<Set<Int>> = Mutex([])
    private let workers: Int
    private let onReady: @Sendable () -> Void

    /// - Parameter onReady: called once, when all workers have their assignment and their tasks are restored.
    public init(workers: Int, onReady: @escaping @Sendable () -> Void = {}) {
        self.workers = workers
        self.onReady = onReady
    }

    /// Finish the batch, commit, and end. Safe from any thread and from a signal handler.
    public func request() {
        requestedAt.withLock { $0 = $0 ?? .now }
        requested.store(true, ordering: .releasing)
    }

    /// Whether somebody asked to stop.
    public var isRequested: Bool { requested.load(ordering: .acquiring) }

    /// What is left of the grace, at least a second for each step; nil: nobody asked to stop.
    var timeLeft: Duration? {
        requestedAt.withLock { $0 }.map { max(Self.grace - .seconds(3) - (.now - $0), .seconds(1)) }
    }

    /// The grace is over.
    var isOverdue: Bool {
        requestedAt.withLock { $0 }.map { .now - $0 > Self.grace - .milliseconds(1500) } ?? false
    }

    var drainTimeLeft: Duration? { requestedAt.withLock { $0 }.map { Self.drainGrace - (.now - $0) } }

    /// A worker ended without its last commit.
    func noteUncommitted(_ reason: String) { uncommitted.withLock { $0 = $0 ?? reason } }

    /// Why the end came without the last commit, or nil: everything is committed.
    public var uncommittedReason: String? { uncommitted.withLock { $0 } }

    func reportReady(worker: Int) {
        let all = ready.withLock { set in
            guard set.insert(worker).inserted else { return false }
            return set.count == workers
        }
        if all { onReady() }
    }
}
