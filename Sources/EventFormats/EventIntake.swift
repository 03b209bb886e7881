public import OnlineLearning

/// A record as it came: from a topic, a file or a generator. Views are valid as long as the source says.
public struct RawRecord {
    /// The Kafka key, or nil: none.
    public var key: UnsafeRawBufferPointer?
    /// The value, or nil: a tombstone.
    public var value: UnsafeRawBufferPointer?

    /// A record of a value and, where it has one, a key.
    @inline(__always)
    public init(value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer? = nil) {
        self.key = key
        self.value = value
    }
}

/// Record to event or fault, with all rules on sizes: the same for `run`, its replay and `evaluate`.
///
/// Not thread-safe: one task owns it. No allocation per good record.
public final class EventIntake {
    /// A key is copied into the prediction, also as its id, where a control character takes six bytes: a larger one would
    /// make a record that no broker takes.
    public static let maxKeyBytes = 64 << 10
    /// What a fault of the record's key is of.
    public static let keyField = "the Kafka key"

    private let decoder: any EventDecoder
    private let maxValueBytes: Int

    /// - Parameter maxValueBytes: the topology's `input.max_record_bytes`.
    public init(_ decoder: any EventDecoder, maxValueBytes: Int) {
        self.decoder = decoder
        self.maxValueBytes = maxValueBytes
    }

    /// Fills `event`; its id stays valid until the next call.
    @inline(__always)
    public func take(_ record: RawRecord, into event: Event) -> DecodeResult {
        guard let value = record.value else { return .bad(.tombstone, field: "") }
        guard value.count <= maxValueBytes else { return .bad(.tooLarge, field: "") }
        guard (record.key?.count ?? 0) <= Self.maxKeyBytes else { return .bad(.tooLarge, field: Self.keyField) }
        return decoder.decode(value, into: event)
    }
}
