import OnlineLearning

/// How often each feature has no value, counted on one event of eight: enough for a share, and next to nothing to pay.
///
/// Cost: of an event that is looked at about a nanosecond per feature, and no allocation. Belongs to one task's thread.
final class InputCounts {
    /// Events looked at, and of those the ones without a value, by feature.
    struct Values: Sendable, Equatable {
        var events: UInt64 = 0
        var missing: [UInt64] = []

        /// These are not the other ones grown on: a task has begun anew.
        func isBefore(_ other: Values) -> Bool {
            events < other.events || missing.count != other.missing.count
                || zip(missing, other.missing).contains { $0 < $1 }
        }
    }

    private let missing: FlatCounts
    private var events: UInt64 = 0

    init(width: Int) { missing = FlatCounts(width) }

    /// Looks at the event where its turn has come; `number` is its place in the task's order.
    @inline(__always)
    func see(_ event: Event, number: UInt64) {
        if number & 7 == 0 { count(event) }
    }

    @inline(never)
    private func count(_ event: Event) {
        events += 1
        for slot in 0..<event.width where event.slots[slot].isNaN && event.words[slot] == nil {
            missing.base[slot] += 1
        }
    }

    var values: Values { Values(events: events, missing: missing.values) }
}

/// Counters that are written without a check of who else looks.
private final class FlatCounts {
    let base: UnsafeMutablePointer<UInt64>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { base.deallocate() }

    var values: [UInt64] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
