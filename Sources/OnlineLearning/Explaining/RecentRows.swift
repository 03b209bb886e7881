/// Events of late, one of sixteen: what an answer is compared with, and what is usual for each input.
///
/// Memory: 64 rows of the schema's width, fewer of a very wide one. Cost: of an event that is kept a copy of its slots. A part
/// of the state only where answers are published with their reasons. One task's thread.
public final class RecentRows: Snapshottable {
    /// The schema's width.
    public let width: Int
    /// Rows that fit.
    public let capacity: Int
    private let rows: FlatBuffer<Double>
    private var seen: UInt64 = 0
    /// What is usual for a slot, and how many rows had been seen when that was looked up.
    private let usuals: FlatBuffer<(value: Double, seen: UInt64)>

    /// None yet.
    public init(width: Int) {
        self.width = width
        capacity = max(8, min(64, 65_536 / max(width, 1)))
        rows = FlatBuffer(max(1, width * capacity), repeating: 0)
        usuals = FlatBuffer(max(1, width), repeating: (.nan, .max))
    }

    /// Rows there are.
    public var count: Int { Int(min(seen, UInt64(capacity))) }

    /// Keeps the event where its turn has come; after the pipeline's step, which gives words their numbers.
    @inline(__always)
    public func see(_ event: Event, number: UInt64) {
        if number & 15 == 1 { keep(event.slots) }
    }

    @inline(never)
    func keep(_ slots: UnsafePointer<Double>) {
        (rows.base + Int(seen % UInt64(capacity)) * width).update(from: slots, count: width)
        seen &+= 1
    }

    /// A row's slots, the oldest first once all have been filled.
    public subscript(_ row: Int) -> UnsafePointer<Double> { UnsafePointer(rows.base + row * width) }

    /// The median of a number, or the most frequent word's index; NaN where most events have no value. Looked up once for
    /// the same rows.
    func usual(_ slot: Int, isWord: Bool) -> Double {
        if usuals[slot].seen != seen { usuals[slot] = (find(slot, isWord), seen) }
        return usuals[slot].value
    }

    private func find(_ slot: Int, _ isWord: Bool) -> Double {
        let values = (0..<count).map { self[$0][slot] }.filter { !$0.isNaN }.sorted()
        guard values.count * 2 > count else { return .nan }
        guard isWord else { return values[values.count / 2] }
        let counts = values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? .nan
    }

    var memoryBytes: Int { rows.bytes + usuals.bytes }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(seen)
        writer.write(UnsafeBufferPointer(start: rows.base, count: count * width))
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        seen = try reader.read()
        try reader.read(into: UnsafeMutableBufferPointer(start: rows.base, count: count * width))
    }
}
