import CRDKafka

/// One consumed record. Its pointers are valid until its batch is released or its consumer closed.
public struct ConsumedRecord {
    /// The bytes; nil is a tombstone, which is not the same as an empty value.
    public var value: UnsafeRawBufferPointer?
    /// The key's bytes, or nil.
    public var key: UnsafeRawBufferPointer?
    /// The partition's number.
    public var partition: Int32
    /// The offset; at an end-of-partition mark the offset the next record will have.
    public var offset: Int64
    /// Milliseconds since 1970, or -1.
    public var timestamp: Int64
    /// The consumer's number for the topic (`Consumer.topicName`), or -1.
    public var topicIndex: Int32
    /// 0 for data, else a code such as `KafkaError.Code.partitionEnd`; `value` may then hold a text.
    public var error: Int32

    /// Puts a record together, for tests and replays that have no broker.
    @inlinable
    public init(
        value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer?, partition: Int32, offset: Int64,
        timestamp: Int64 = -1, topicIndex: Int32 = 0, error: Int32 = 0
    ) {
        self.value = value
        self.key = key
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.topicIndex = topicIndex
        self.error = error
    }
}

/// Records as they came from a consumer, in a flat array filled by one C call.
///
/// Held messages pin the fetch buffers they lie in (100 small records can hold 70 MB): copy what outlives the batch and
/// release soon. Made once and used again: no allocation per record or per fill. Not to be shared between threads.
public final class RecordBatch {
    /// How many records fit.
    public let capacity: Int
    /// How many are in.
    @inlinable
    public internal(set) var count: Int {
        get { held.pointee }
        set { held.pointee = newValue }
    }

    /// Behind a pointer: a stored property would be checked for exclusive access at every record.
    @usableFromInline let held: UnsafeMutablePointer<Int>

    let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    private let records: UnsafeMutablePointer<millrace_record>
    @usableFromInline let flat: UnsafeRawPointer
    /// The consumer that releases this batch when it closes: a message that outlives its client blocks the destroy.
    weak var owner: Consumer?
    /// Headers of records that came from no consumer, by their place.
    private var given: [Int: [(String, [UInt8]?)]] = [:]

    /// Room for that many records, at least 1. 64 bytes each.
    public init(capacity: Int) {
        self.capacity = max(1, capacity)
        messages = .allocate(capacity: self.capacity)
        messages.initialize(repeating: nil, count: self.capacity)
        records = .allocate(capacity: self.capacity)
        records.initialize(repeating: millrace_record(), count: self.capacity)
        flat = UnsafeRawPointer(records)
        held = .allocate(capacity: 1)
        held.initialize(to: 0)
    }

    deinit {
        release()
        messages.deallocate()
        records.deallocate()
        held.deallocate()
    }

    /// The record at a place below `count`. Reads the flat array; allocates nothing.
    @inlinable
    public subscript(i: Int) -> ConsumedRecord {
        precondition(i >= 0 && i < count, "no such record in the batch")
        // The layout of millrace_record, held by assertions in the C header.
        let record = flat + i * 56
        let value = record.load(as: UnsafeRawPointer?.self)
        let key = record.load(fromByteOffset: 8, as: UnsafeRawPointer?.self)
        let valueLength = Int(record.load(fromByteOffset: 16, as: UInt32.self))
        let keyLength = Int(record.load(fromByteOffset: 20, as: UInt32.self))
        return ConsumedRecord(
            value: value.map { UnsafeRawBufferPointer(start: $0, count: valueLength) },
            key: key.map { UnsafeRawBufferPointer(start: $0, count: keyLength) },
            partition: record.load(fromByteOffset: 40, as: Int32.self),
            offset: record.load(fromByteOffset: 24, as: Int64.self),
            timestamp: record.load(fromByteOffset: 32, as: Int64.self),
            topicIndex: record.load(fromByteOffset: 44, as: Int32.self),
            error: record.load(fromByteOffset: 48, as: Int32.self))
    }

    /// The headers of a record, in order; a nil value is a null header. Allocates: not for every event.
    public func headers(of i: Int) -> [(String, [UInt8]?)] {
        precondition(i >= 0 && i < count, "no such record in the batch")
        if let headers = given[i] { return headers }
        var list: OpaquePointer?
        guard messages[i] != nil, rd_kafka_message_headers(messages[i], &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list
        else { return [] }
        var result: [(String, [UInt8]?)] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, result.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let bytes = value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: size)) }
            result.append((name.map { String(cString: $0) } ?? "", bytes))
        }
        return result
    }

    /// Gives every record back to librdkafka and empties the batch. All pointers into it are dead afterwards.
    public func release() {
        guard count > 0 else { return }
        messages.withMemoryRebound(to: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: count) {
            millrace_destroy_messages($0, count)
        }
        count = 0
        if !given.isEmpty { given = [:] }
    }

    /// Adds a record that did not come from a consumer, for tests and replays that have no broker; false where the batch
    /// is full. The record's bytes are not copied.
    public func append(_ record: ConsumedRecord, headers: [(String, [UInt8]?)] = []) -> Bool {
        guard count < capacity else { return false }
        if !headers.isEmpty { given[count] = headers }
        messages[count] = nil
        records[count] = millrace_record(
            value: record.value?.baseAddress, key: record.key?.baseAddress,
            value_length: UInt32(record.value?.count ?? 0), key_length: UInt32(record.key?.count ?? 0),
            offset: record.offset, timestamp: record.timestamp, partition: record.partition, topic: record.topicIndex,
            error: record.error, reserved: 0)
        count += 1
        return true
    }

    /// Flattens `added` messages that were just put behind the present ones.
    func append(_ added: Int, from consumer: Consumer) {
        let unknown = consumer.topicPointers.withUnsafeBufferPointer { topics in
            millrace_gather(messages + count, added, records + count, topics.baseAddress, Int32(topics.count))
        }
        if unknown > 0 {
            for i in count..<count + added where records[i].topic == -2 {
                records[i].topic = consumer.internTopic(messages[i]!.pointee.rkt)
            }
        }
        count += added
    }
}
