/// How often features had no value, over the last ten minutes in steps of ten seconds, and before that since the start.
///
/// Memory: 60 rows of a number per feature.
struct InputHistory {
    /// Two sums whose difference is a stretch of time.
    private struct Row {
        var x: Double
        var values: InputCounts.Values
    }

    private static let step = 10.0, limit = 60
    /// Events that a share needs, counted in those looked at.
    private static let need: UInt64 = 100

    private var rows: [Row] = []
    private var newest: Row?

    /// Takes what a task has counted since its start; one that begins anew counts from 0.
    mutating func add(_ values: InputCounts.Values, at x: Double) {
        guard !values.missing.isEmpty else { return }
        if let newest, values.isBefore(newest.values) {
            rows = []
        }
        newest = Row(x: x, values: values)
        guard x >= (rows.last?.x ?? -.infinity) + Self.step else { return }
        if rows.count == Self.limit { rows.removeFirst() }
        rows.append(Row(x: x, values: values))
    }

    /// The last half minute, or as much as has enough events, against everything before it.
    var shares: InputShares? {
        guard let newest,
            let border = rows.last(where: {
                newest.x - $0.x >= 30 && newest.values.events - $0.values.events >= Self.need
            })
        else { return nil }
        let (old, new) = (border.values, newest.values)
        return InputShares(
            since: border.x, events: Double(new.events - old.events), eventsBefore: Double(old.events),
            missing: zip(new.missing, old.missing).map { Double($0 - $1) },
            missingBefore: old.missing.map { Double($0) })
    }
}

/// How often each feature had no value: lately, and before. Of the events that were looked at.
public struct InputShares: Sendable, Equatable {
    /// The begin of "lately", in seconds since 1970.
    public var since: Double
    /// Events looked at lately.
    public var events: Double
    /// Events looked at before.
    public var eventsBefore: Double
    /// Those without a value lately, by feature in the schema's order.
    public var missing: [Double]
    /// Those without a value before.
    public var missingBefore: [Double]

    /// Counts of both stretches.
    public init(since: Double, events: Double, eventsBefore: Double, missing: [Double], missingBefore: [Double]) {
        self.since = since
        self.events = events
        self.eventsBefore = eventsBefore
        self.missing = missing
        self.missingBefore = missingBefore
    }
}
