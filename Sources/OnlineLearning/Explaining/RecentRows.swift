/// Events of late, one of sixteen: what an answer is compared with, and what is usual for each input.
///
/// Memory: 64 rows of the schema's width, fewer of a very wide one. Cost: of an event that is kept a copy of its slots. Not a
/// part of the state: it decides nothing. One task's thread.
public final class RecentRows {
    /// The schema's width.
    public let width: Int
    /// Rows that fit.
    public let capacity: Int
    private let base: UnsafeMutablePointer<Double>
    private var seen = 0

    /// None yet.
    public init(width: Int) {
        self.width = width
        capacity = max(8, min(64, 65_536 / max(width, 1)))
        base = .allocate(capacity: max(1, width * capacity))
    }

    deinit { base.deallocate() }

    /// Rows there are.
    public var count: Int { min(seen, capacity) }

    /// Keeps the event where its turn has come; after the pipeline's step, which gives words their numbers.
    @inline(__always)
    public func see(_ event: Event, number: UInt64) {
        if number & 15 == 1 { keep(event) }
    }

    @inline(never)
    private func keep(_ event: Event) {
        (base + (seen % capacity) * width).update(from: event.slots, count: width)
        seen += 1
    }

    /// A row's slots, the oldest first once all have been filled.
    public subscript(_ row: Int) -> UnsafePointer<Double> { UnsafePointer(base + row * width) }

    /// The median of a number, or the most frequent word's index; NaN where most events have no value.
    func usual(_ slot: Int, isWord: Bool) -> Double {
        let values = (0..<count).map { self[$0][slot] }.filter { !$0.isNaN }.sorted()
        guard values.count * 2 > count else { return .nan }
        guard isWord else { return values[values.count / 2] }
        let counts = values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? .nan
    }
}
