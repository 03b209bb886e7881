#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How good a classifier's answers were: over the whole stream and over the last `window` labelled events.
///
/// Per event it adds to counters and writes one ring entry; nothing is subtracted, windowed figures are recomputed from
/// the ring when asked, so they are exact. Definitions: kappa (Cohen 1960, doi:10.1177/001316446002000104), kappa-M and
/// kappa-temporal (Bifet et al. 2015, doi:10.1145/2783258.2783372) against the majority class and the previous label,
/// both scored before they see the label (MOA scores its majority after). F1 of two classes is that of the last one, of
/// more the mean over classes that occurred. Memory: 32 bytes per event of the window, 24 per class, 144 KiB for the ROC
/// curve of two classes.
final class ClassificationMetrics: Scoreboard {
    /// One labelled event.
    struct Entry: BitwiseCopyable {
        var label: Int32
        /// -1: nothing was answered.
        var predicted: Int32
        var logLoss: Double
        /// The probability of the last class.
        var score: Double
        /// Bit 0: the majority class was right. Bit 1: the previous label was right.
        var flags: UInt8
    }

    private let classCount: Int
    private let isBinary: Bool
    private let totals: Totals
    private let logLossSum = Cell(0.0)
    private let histogram: ScoreHistogram
    /// The newest events that the histogram has not counted: it takes them by the block, so that their look-ups overlap.
    private let uncounted = Cell(0)
    private static let block = 64
    private let window: RecentEvents<Entry>

    init(classCount: Int, isBinary: Bool, window: Int) {
        self.classCount = classCount
        self.isBinary = isBinary && classCount == 2
        totals = Totals(classCount)
        histogram = ScoreHistogram(isUsed: self.isBinary)
        self.window = RecentEvents(
            capacity: window, filledWith: Entry(label: 0, predicted: -1, logLoss: 0, score: 0, flags: 0))
    }

    var windowCount: Int { window.count }

    /// -ln p, with p kept away from 0 by 1e-15 as River does.
    @inline(__always)
    static func logLoss(_ p: Double) -> Double { p >= 1 ? 0 : -log(max(p, 1e-15)) }

    func record(_ answer: ModelAnswer, _ label: Label, flags: UInt8) {
        record(
            label: label.classIndex, predicted: answer.classIndex, logLoss: answer.fineLoss,
            score: answer.values[classCount - 1], flags: flags)
    }

    /// Cost: about 20 ns, no allocation.
    @inline(__always)
    func record(label: Int32, predicted: Int32, logLoss: Double, score: Double, flags: UInt8) {
        totals.add(label, predicted, flags)
        logLossSum.pointer.pointee += logLoss
        window.add(Entry(label: label, predicted: predicted, logLoss: logLoss, score: score, flags: flags))
        if isBinary {
            uncounted.pointer.pointee += 1
            if uncounted.pointer.pointee >= min(window.capacity, Self.block) { count() }
            if totals.count == UInt64(min(window.capacity, Self.learned)) { fitHistogram() }
        }
    }

    /// The histogram counts what it has not counted yet.
    @inline(never)
    private func count() {
        window.visitNewest(uncounted.pointer.pointee) { histogram.add($0.score, positive: $0.label == 1) }
        uncounted.pointer.pointee = 0
    }

    /// Scores after which the histogram's cells are fitted to them; until then they are all in the window.
    private static let learned = 4096

    @inline(never)
    private func fitHistogram() {
        uncounted.pointer.pointee = 0
        histogram.rebuild { visit in
            for index in window.indices { visit(window[index].score, window[index].label == 1) }
        }
    }

    /// While the window holds the whole stream its ROC curve is exact.
    var cumulative: MetricValues {
        count()
        return values(
            totals, logLossSum.pointer.pointee,
            !isBinary ? nil : totals.count == UInt64(windowCount) ? exactArea : histogram.area)
    }

    /// Cost: the window's length, and a sort of it for the ROC curve.
    var windowed: MetricValues {
        let totals = Totals(classCount)
        var sum = 0.0
        for index in window.indices {
            let entry = window[index]
            totals.add(entry.label, entry.predicted, entry.flags)
            sum += entry.logLoss
        }
        return values(totals, sum, isBinary ? exactArea : nil)
    }

    var tally: Tally { totals.tally(positive: isBinary ? 1 : nil) }
    var reliability: [ReliabilityBin] {
        count()
        return isBinary ? histogram.reliability : []
    }

    private func values(_ totals: borrowing Totals, _ logLossSum: Double, _ area: Double?) -> MetricValues {
        metricValues([
            "accuracy": totals.accuracy, "kappa": totals.kappa, "kappa_m": totals.over(totals.majorityRight),
            "kappa_temporal": totals.over(totals.previousRight),
            "log_loss": totals.count > 0 ? logLossSum / Double(totals.count) : nil, "roc_auc": isBinary ? area : nil,
            "f1": isBinary ? totals.f1(1) : totals.macroF1,
        ])
    }

    /// Mann-Whitney with mid-ranks for ties.
    private var exactArea: Double? {
        let sorted = window.indices.map { (window[$0].score, window[$0].label == 1) }.sorted { $0.0 < $1.0 }
        var below = 0.0
        var won = 0.0
        var total = 0.0
        var start = 0
        while start < sorted.count {
            var end = start
            var up = 0.0
            while end < sorted.count, sorted[end].0 == sorted[start].0 {
                if sorted[end].1 { up += 1 }
                end += 1
            }
            if end == start { return nil }
            let down = Double(end - start) - up
            won += up * (below + down / 2)
            below += down
            total += up
            start = end
        }
        return total > 0 && below > 0 ? won / total / below : nil
    }

    var memoryBytes: Int { window.bytes + classCount * 24 + histogram.bytes }

    func write(to writer: inout SnapshotWriter) {
        count()
        totals.write(to: &writer)
        writer.write(logLossSum.pointer.pointee)
        histogram.write(to: &writer)
        window.write(to: &writer) { entry, writer in
            writer.write(entry.label)
            writer.write(entry.predicted)
            writer.write(entry.logLoss)
            writer.write(entry.score)
            writer.write(entry.flags)
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        uncounted.pointer.pointee = 0
        try totals.read(from: &reader)
        logLossSum.pointer.pointee = try reader.readDouble()
        try histogram.read(from: &reader)
        try window.read(from: &reader) { (reader) throws(SnapshotError) in
            let entry = Entry(
                label: try reader.read(), predicted: try reader.read(), logLoss: try reader.readDouble(),
                score: try reader.readDouble(), flags: try reader.read())
            guard entry.label >= 0, entry.label < classCount, entry.predicted >= -1, entry.predicted < classCount else {
                throw SnapshotError("the snapshot's window names a class that does not exist")
            }
            return entry
        }
    }
}
