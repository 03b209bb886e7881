#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether the second of two models has become better on the same events, in a form that may be looked at after every
/// event and that forgets what was before.
///
/// A sign test as a bet: events on which both do about equally well are ties; a run of events that the same one wins is
/// one observation in 32 events, because errors come in runs; of those, the share won by the second is bet against one half, never
/// for the first. The wealth begins again at 1 whenever it falls below, so that a long time of being worse delays
/// nothing: an e-detector (Shin, Ramdas & Rinaldo 2022, arXiv:2203.03532). Under "never better" it passes a bound c
/// once in c observations at most, however often one looks. Half of the wealth is bet by the last 100 observations,
/// which is soon sure of large differences, and half by the last 1000, for small ones. Cost: 2 ns, and two logarithms
/// per observation.
struct PairedEvidence {
    /// One half of the wealth, with what it rests on.
    private struct Bettor {
        var wins = 0.0
        var losses = 0.0
        var logWealth = 0.0
        /// Losses and events since the wealth last stood at 1.
        var sums = (first: 0.0, second: 0.0)
        var count: UInt64 = 0

        @inline(__always)
        mutating func add(_ first: Double, _ second: Double) {
            count += 1
            sums.first += first
            sums.second += second
        }

        mutating func bet(_ isWon: Bool, memory: Double) {
            let share = max((wins + 1) / (wins + losses + 2), 0.5)
            logWealth += log(2 * (isWon ? share : 1 - share))
            let kept = 1 - 1 / memory
            wins = kept * wins + (isWon ? 1 : 0)
            losses = kept * losses + (isWon ? 0 : 1)
            guard logWealth <= 0 else { return }
            logWealth = 0
            sums = (0, 0)
            count = 0
        }
    }

    private var fast = Bettor()
    private var slow = Bettor()
    /// The winner of the last event (-1 the first, 1 the second, 0 a tie), and for how many before it.
    private var last: Int8 = 0
    private var run: UInt8 = 0
    /// The mean difference of losses, whatever its sign, over the last 1000 events: what is less is a tie.
    private var typical = 0.0
    private var seen = 0.0

    @inline(__always)
    mutating func add(first: Double, second: Double) {
        fast.add(first, second)
        slow.add(first, second)
        let difference = abs(first - second)
        let winner: Int8 = difference < typical || difference == 0 ? 0 : second < first ? 1 : -1
        seen = min(seen + 1, 1000)
        typical += (difference - typical) / seen
        run = winner == last ? (run + 1) % 32 : 0
        last = winner
        if winner != 0, run == 0 {
            fast.bet(winner > 0, memory: 100)
            slow.bet(winner > 0, memory: 1000)
        }
    }

    private var better: Bettor { fast.logWealth >= slow.logWealth ? fast : slow }

    /// Natural logarithm of the odds against chance.
    var logOdds: Double { better.logWealth - log(2) }

    /// Mean losses since the second began to be better, NaN before the first event.
    var means: (first: Double, second: Double) {
        (better.sums.first / Double(better.count), better.sums.second / Double(better.count))
    }

    /// The second is better, at these odds against chance, and on average.
    func secondIsBetter(byLog threshold: Double, over least: UInt64) -> Bool {
        guard max(fast.logWealth, slow.logWealth) - log(2) >= threshold else { return false }
        return better.count >= least && better.sums.second < better.sums.first
    }

    func write(to writer: inout SnapshotWriter) {
        for part in [fast, slow] {
            for value in [part.wins, part.losses, part.logWealth, part.sums.first, part.sums.second] {
                writer.write(value)
            }
            writer.write(part.count)
        }
        writer.write(UInt8(bitPattern: last))
        writer.write(run)
        writer.write(typical)
        writer.write(seen)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        fast = try Self.readBettor(&reader)
        slow = try Self.readBettor(&reader)
        last = Int8(bitPattern: try reader.read())
        run = try reader.read()
        guard run < 32 else { throw SnapshotError("the snapshot's run of better answers is too long") }
        typical = try reader.readDouble()
        seen = try reader.readCount()
    }

    private static func readBettor(_ reader: inout SnapshotReader) throws(SnapshotError) -> Bettor {
        let part = Bettor(
            wins: try reader.readDouble(), losses: try reader.readDouble(), logWealth: try reader.readDouble(),
            sums: (try reader.readDouble(), try reader.readDouble()), count: try reader.read())
        guard part.wins >= 0, part.losses >= 0, part.wins.isFinite, part.losses.isFinite, part.logWealth >= 0 else {
            throw SnapshotError("the snapshot's evidence for a model is out of range")
        }
        return part
    }
}
