#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which of two models is better on the same events, in a form that may be looked at after every event.
///
/// A sign test as a bet: events on which both do equally well are skipped; of the others, the share won by the second
/// is bet against one half with a uniform prior. The wealth is an e-value: under "not better" it passes 20 with
/// probability at most 1/20, however often one looks (Ville's inequality; Ramdas et al. 2023, doi:10.1214/23-STS894).
/// Cost: one logarithm per event that differs.
struct PairedEvidence {
    private var wins = 0.0
    private var losses = 0.0
    private var logWealth = 0.0
    private var sums = (0.0, 0.0)
    private(set) var count: UInt64 = 0

    mutating func add(first: Double, second: Double) {
        count += 1
        sums.0 += first
        sums.1 += second
        if second < first {
            logWealth += log(2 * (wins + 1) / (wins + losses + 2))
            wins += 1
        } else if second > first {
            logWealth += log(2 * (losses + 1) / (wins + losses + 2))
            losses += 1
        }
    }

    /// Mean losses so far, NaN before the first event.
    var means: (first: Double, second: Double) { (sums.0 / Double(count), sums.1 / Double(count)) }

    /// The evidence that the second is better: wealth where it leads, else 0.
    func secondIsBetter(by threshold: Double) -> Bool {
        wins > losses && sums.1 < sums.0 && logWealth >= log(threshold)
    }
    func firstIsBetter(by threshold: Double) -> Bool { losses > wins && sums.0 < sums.1 && logWealth >= log(threshold) }

    func write(to writer: inout SnapshotWriter) {
        for value in [wins, losses, logWealth, sums.0, sums.1] { writer.write(value) }
        writer.write(count)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        wins = try reader.readDouble()
        losses = try reader.readDouble()
        logWealth = try reader.readDouble()
        sums = (try reader.readDouble(), try reader.readDouble())
        count = try reader.read()
    }
}
