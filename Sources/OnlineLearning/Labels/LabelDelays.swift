/// How long labels took after their events: a histogram with eight steps to each doubling.
///
/// Milliseconds of event time, each label once. Cost: some nanoseconds; memory: 4 KiB. Not thread-safe.
public struct LabelDelays: Sendable, Equatable {
    private static let steps = 8
    private var counts = [UInt64](repeating: 0, count: 61 * steps)
    /// Labels in it.
    public private(set) var count: UInt64 = 0
    /// Of all delays, in milliseconds.
    public private(set) var sum = 0.0

    /// Nothing yet.
    public init() {}

    private static func index(_ delay: Int64) -> Int {
        let value = UInt64(delay)
        guard value >= UInt64(steps) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 2) * steps + Int(value >> UInt64(exponent - 3)) - steps
    }

    /// The first delay that is beyond a step.
    private static func end(_ index: Int) -> Double {
        guard index >= steps else { return Double(index + 1) }
        return Double(index % steps + steps + 1) * Double(sign: .plus, exponent: index / steps - 1, significand: 1)
    }

    /// A label that came before its event counts as one without delay.
    mutating func add(_ delay: Int64) {
        let delay = max(0, delay)
        counts[Self.index(delay)] += 1
        count += 1
        sum += Double(delay)
    }

    /// The delay in milliseconds that a share of the labels did not exceed, up to an eighth too long; NaN: no label.
    public func quantile(_ share: Double) -> Double {
        guard count > 0 else { return .nan }
        let wanted = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return Self.end(index) - 1 }
        }
        return .nan
    }

    /// Labels whose delay is at most so many milliseconds, counted by whole steps of the histogram.
    public func count(upTo delay: Int64) -> UInt64 {
        counts[0...Self.index(max(0, delay))].reduce(0, +)
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(sum)
        let used = counts.indices.filter { counts[$0] > 0 }
        writer.write(UInt32(used.count))
        for index in used {
            writer.write(UInt32(index))
            writer.write(counts[index])
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        sum = try reader.readDouble()
        for _ in 0..<(try reader.read(UInt32.self)) {
            let index = Int(try reader.read(UInt32.self))
            guard counts.indices.contains(index) else { throw SnapshotError("the snapshot has a delay out of range") }
            counts[index] = try reader.read()
            count &+= counts[index]
        }
    }
}
