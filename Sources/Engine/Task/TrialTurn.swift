import Synchronization

/// Whose turn it is to be tried: one suspect record at a time in the whole process, so that a death accuses the right one.
///
/// Shared by the workers. A partition takes the turn before it commits its attempt and gives it back when its record is
/// through; until then nobody else reads. Cost: one atomic load per read.
final class TrialTurn: Sendable {
    private let holder = Atomic<Int32>(-1)

    /// True when the partition has the turn, now or already.
    func take(_ partition: Int32) -> Bool {
        let (exchanged, found) = holder.compareExchange(
            expected: -1, desired: partition, ordering: .acquiringAndReleasing)
        return exchanged || found == partition
    }

    /// Whether nobody else has it.
    func allows(_ partition: Int32) -> Bool {
        let found = holder.load(ordering: .acquiring)
        return found == -1 || found == partition
    }

    /// Gives it back where the partition has it.
    func give(_ partition: Int32) {
        _ = holder.compareExchange(expected: partition, desired: -1, ordering: .acquiringAndReleasing)
    }
}
