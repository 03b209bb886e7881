/// One number per event, whose last few are compared with what is usual.
///
/// The newest values wait in a window; what falls out of it is usual, remembered over 1000 values, or five windows. What was seen while
/// something was wrong is never usual: `clear` drops the window. Cost: half the window in additions per value.
final class Gauge: Snapshottable {
    enum Kind {
        /// 0 or 1 per event: too many are 1.
        case share
        /// The error of an answer: too high.
        case error
        /// The logarithm, to base 2, of a number's size: larger or smaller by a factor.
        case scale
    }

    private struct Usual {
        var count = 0.0
        var mean = 0.0
        var variance = 0.0
        /// Errors come in runs, and so do gaps.
        var dependence = Dependence()
    }

    /// Usual values without which nothing is unusual, in windows.
    private static let windows = 5.0
    /// Values beyond it are measurements of nothing: their squares overflow.
    private static let largest = 1e100
    /// An error below it is a rounding.
    private static let least = 1e-9

    private let kind: Kind
    private let limit: Double
    private let half: Int
    private let maturity: Double
    private let memory: Double
    private let recent: RecentEvents<Double>
    private let usual = Cell(Usual())

    init(_ kind: Kind, _ plan: QuarantinePlan) {
        self.kind = kind
        limit = plan.limit
        half = max(plan.window / 2, 1)
        maturity = Self.windows * Double(max(plan.window, 1))
        memory = max(1000, maturity)
        recent = RecentEvents(capacity: max(plan.window, 1), filledWith: 0)
    }

    /// The mean of what is usual.
    var usually: Double { usual.pointer.pointee.mean }

    /// The mean of the newest values, NaN: there are too few.
    var now: Double {
        guard recent.count >= half else { return .nan }
        var sum = 0.0
        recent.visitNewest(half) { sum += $0 }
        return sum / Double(half)
    }

    /// It is far from the usual.
    var isOff: Bool { excess > bound }
    /// It is far from the usual, or it is not known yet that it is not.
    var isUnsettled: Bool { !(excess <= bound / 2) }
    /// What is usual is known.
    var isMature: Bool { usual.pointer.pointee.count >= maturity }
    /// It is known, and not near the usual.
    var isDoubtful: Bool { excess > bound / 2 }

    /// How far from the usual it is; NaN: not known.
    private var excess: Double {
        guard isMature else { return .nan }
        let difference = now - usually
        return kind == .scale ? abs(difference) : difference
    }

    private var bound: Double {
        let deviation = usual.pointer.pointee.variance.squareRoot()
        let sure = limit * deviation * (usual.pointer.pointee.dependence.factor / Double(half)).squareRoot()
        switch kind {
        case .share: return max(sure, 0.25)
        case .error: return max(sure, usually, Self.least)
        // Single values differ by as much: one size does not follow from the one before.
        case .scale: return max(limit / 2 * deviation, 2.3)
        }
    }

    /// - Parameter isUsual: all is in order, so that what falls out of the window is usual.
    @inline(__always)
    func add(_ value: Double, isUsual: Bool) {
        var value = Numerics.clip(value, Self.largest)
        if kind != .share, isMature {
            // A few wild values must not be enough.
            let most = 4 * bound
            value = min(max(value, usually - most), usually + most)
        }
        if isUsual, recent.count == recent.capacity { learn(recent[recent.next]) }
        recent.add(value)
    }

    private func learn(_ value: Double) {
        var next = usual.pointer.pointee
        next.count = min(next.count + 1, memory)
        let before = value - next.mean
        next.mean += before / next.count
        next.variance += (before * (value - next.mean) - next.variance) / next.count
        next.dependence.add(value)
        usual.pointer.pointee = next
    }

    /// What waits is not taken for usual.
    func clear() { recent.clear() }

    /// What is usual is found out anew.
    func forget() {
        recent.clear()
        usual.pointer.pointee = Usual()
    }

    var memoryBytes: Int { recent.bytes + 64 }

    func write(to writer: inout SnapshotWriter) {
        recent.write(to: &writer) { $1.write($0) }
        for value in [usual.pointer.pointee.count, usually, usual.pointer.pointee.variance] { writer.write(value) }
        usual.pointer.pointee.dependence.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try recent.read(from: &reader) { (reader) throws(SnapshotError) in
            let value = try reader.readDouble()
            guard value.isFinite else { throw SnapshotError("the snapshot's recent values are not finite") }
            return value
        }
        var read = Usual(
            count: try reader.readCount(), mean: try reader.readDouble(), variance: try reader.readDouble())
        try read.dependence.read(from: &reader)
        guard read.count <= memory, read.mean.isFinite, read.variance >= 0 else {
            throw SnapshotError("the snapshot's usual values are out of range")
        }
        usual.pointer.pointee = read
    }
}
