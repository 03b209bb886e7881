/// How good the answers to the events of each period were, whenever their labels came: the truth about a period, which
/// fills in late. The pipeline's own metrics count a label when it arrives.
///
/// A label that corrects what is known takes the former outcome out and puts its own in. Periods are kept until no label
/// can change them, then added up. Memory: 56 bytes a period. Not thread-safe: one task owns it.
public final class EventTimeMetrics {
    /// The outcomes of a period's events.
    public struct Period: Sendable, Equatable {
        /// Where it begins, in milliseconds since 1970.
        public var start: Int64
        /// Events scored.
        public var events: UInt64 = 0
        /// Those of them whose outcome is known.
        public var labelled: UInt64 = 0
        /// Right answers; 0 for a regression.
        public var right: UInt64 = 0
        /// The sum of the log-losses, or of the absolute errors.
        public var loss = 0.0
        /// The sum of the squared errors; 0 for a classification.
        public var squares = 0.0

        init(start: Int64) { self.start = start }

        mutating func add(_ other: Period) {
            events += other.events
            labelled += other.labelled
            right += other.right
            loss += other.loss
            squares += other.squares
        }
    }

    /// What one answer was worth.
    struct Outcome {
        var isRight: Bool
        var loss: Double
        var square: Double
    }

    /// A period's length in milliseconds.
    public let length: Int64
    /// For how long after an event its label may still come or change.
    private let settles: Int64
    private let isClassification: Bool
    /// By start.
    @exclusivity(unchecked) private var open: [Period] = []
    /// All that nothing changes any more.
    @exclusivity(unchecked) private var settled = Period(start: .min)
    /// Periods that were settled since the last `takeSettled`.
    private var news: [Period] = []

    init(length: Int64, settles: Int64, isClassification: Bool) {
        self.length = max(1, length)
        self.settles = settles
        self.isClassification = isClassification
    }

    // MARK: Recording

    private func start(of time: Int64) -> Int64 {
        let rest = time % length
        return time &- (rest < 0 ? rest &+ length : rest)
    }

    private func with(_ time: Int64, _ clock: Int64, _ body: (inout Period) -> Void) {
        let start = start(of: time)
        var place = open.count
        while place > 0, open[place - 1].start > start { place -= 1 }
        if place > 0, open[place - 1].start == start { return body(&open[place - 1]) }
        guard !isSettled(start, clock) else { return body(&settled) }
        open.insert(Period(start: start), at: place)
        body(&open[place])
    }

    private func isSettled(_ start: Int64, _ clock: Int64) -> Bool {
        let end = start.addingReportingOverflow(length)
        let last = end.partialValue.addingReportingOverflow(settles)
        return !end.overflow && !last.overflow && last.partialValue < clock
    }

    func scored(at time: Int64, clock: Int64) { with(time, clock) { $0.events += 1 } }

    /// - Parameter before: what is taken back.
    func known(_ outcome: Outcome, at time: Int64, before: Outcome?, clock: Int64) {
        with(time, clock) { period in
            if let before {
                period.right -= before.isRight ? 1 : 0
                period.loss -= before.loss
                period.squares -= before.square
            } else {
                period.labelled += 1
            }
            period.right += outcome.isRight ? 1 : 0
            period.loss += outcome.loss
            period.squares += outcome.square
        }
    }

    /// The time has come to `clock`.
    func advance(to clock: Int64) {
        while let first = open.first, isSettled(first.start, clock) {
            settled.add(first)
            news.append(first)
            // Whoever wants them takes them often.
            if news.count > 100_000 { news.removeFirst(50_000) }
            open.removeFirst()
        }
    }

    // MARK: Reading

    /// Periods that nothing changes any more, each given once, in the order of their time.
    public func takeSettled() -> [Period] {
        defer { news = [] }
        return news
    }

    /// Periods that may still change, in the order of their time.
    public var unsettled: [Period] { open }

    /// All periods together.
    public var total: Period {
        var total = settled
        for period in open { total.add(period) }
        return total
    }

    /// A period's metrics, by the names of `evaluate --json`; nil where they are undefined.
    public func values(of period: Period) -> MetricValues {
        let count = Double(period.labelled)
        return isClassification
            ? metricValues(["accuracy": Double(period.right) / count, "log_loss": period.loss / count])
            : metricValues(["mae": period.loss / count, "rmse": (period.squares / count).squareRoot()])
    }

    // MARK: Snapshots

    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(open.count))
        for period in [settled] + open {
            writer.write(period.start)
            for count in [period.events, period.labelled, period.right] { writer.write(count) }
            writer.write(period.loss)
            writer.write(period.squares)
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        var periods: [Period] = []
        for _ in 0...(try reader.read(UInt32.self)) {
            var period = Period(start: try reader.read())
            period.events = try reader.read()
            period.labelled = try reader.read()
            period.right = try reader.read()
            period.loss = try reader.readDouble()
            period.squares = try reader.readDouble()
            if let last = periods.last, periods.count > 1, last.start >= period.start {
                throw SnapshotError("the snapshot's periods are not in the order of their time")
            }
            periods.append(period)
        }
        settled = periods.removeFirst()
        open = periods
        news = []
    }
}
