/// Where something stands in the stored segments: 0 is none.
struct SegmentPlace: BitwiseCopyable, Equatable {
    var segment: UInt32 = 0
    var item: UInt16 = 0

    var isNone: Bool { segment == 0 }
}

/// What is known of one id: 88 bytes.
struct WaitingRecord: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable {
        case free
        /// Scored; its label has not come.
        case open
        /// The label came first.
        case early
        /// Has its label.
        case labelled
        /// Its label did not come in time.
        case timedOut
        /// A label without a value closed it.
        case withdrawn
    }

    var key = EventKey(high: 0, low: 0)
    /// The scored event's number, or that of an early label.
    var sequence: UInt64 = 0
    /// The event's time, or that of an early label.
    var time: Int64 = 0
    /// When something is due: the timeout of an open one, the forgetting of the others.
    var due: Int64 = 0
    /// The label that is known, or `.none`.
    var label = Label.none
    /// Of its row; 0: it has none.
    var rowHash: UInt64 = 0
    /// Where its row stands in memory, or -1: it has none, or it is on disk. Of a free one: the next free one.
    var row: Int32 = -1
    /// Where it stands by due time.
    var place = DuePlace(list: 0, position: 0)
    /// The item of a segment that holds it as it is.
    var stored = SegmentPlace()
    /// An early label without a value.
    var withdraws = false
    /// Its due time has passed: it is remembered for a while.
    var isRemembered = false
    /// The item of a segment that holds its row.
    var storedRow = SegmentPlace()
    var state = State.free
    /// Noted for the next segment.
    var isNew = false

    var hasRow: Bool { rowHash != 0 }

    /// Of everything that changes what becomes of it, wherever it lives.
    var hash: UInt64 {
        var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0xd1b5_4a32_d192_ed03
            hash ^= hash >> 29
        }
        mix(key.high)
        mix(key.low)
        mix(sequence)
        mix(UInt64(bitPattern: time))
        mix(UInt64(bitPattern: due))
        mix(UInt64(bitPattern: Int64(label.classIndex)))
        mix(label.target.bitPattern)
        mix(rowHash)
        mix(UInt64(state.rawValue) << 2 | UInt64(withdraws ? 2 : 0) | UInt64(isRemembered ? 1 : 0))
        return StableHash.mix(hash)
    }
}
