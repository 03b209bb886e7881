import Synchronization

/// When a process ends that an operator drains: all of its workers' tasks have obeyed and committed, or the first has a
/// while ago: the others' partitions were other processes' when these were told, and came here since.
final class DrainTurn: Sendable {
    static let patience = Duration.seconds(2)

    private struct State {
        var first: ContinuousClock.Instant?
        var whole: Set<Int> = []
    }

    private let workers: Int
    private let state = Mutex(State())

    init(workers: Int = 1) { self.workers = workers }

    /// A worker's tasks have obeyed, some of them or all; true when the process is to end.
    func obeyed(worker: Int, isWhole: Bool, at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            let first = state.first ?? now
            state.first = first
            if isWhole { state.whole.insert(worker) } else { state.whole.remove(worker) }
            return state.whole.count == workers || now - first >= Self.patience
        }
    }
}
