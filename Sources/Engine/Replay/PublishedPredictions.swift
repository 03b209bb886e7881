import KafkaClient
import Text
import Topology

/// Predictions as they lie in their topic, found by where their event stands, or by its id.
///
/// Predictions of a partition lie in the order of their events, but for those that were published twice, and of a topology that
/// was reset. Blocks; one thread.
struct PublishedPredictions {
    /// Records that are read one after the other rather than looked for.
    private static let near: Int64 = 4000
    /// Records of one step back in the search for an id.
    private static let step: Int64 = 50_000

    private let reader: any TopicReader
    private let topic: String
    private let partition: Int32
    /// What the `source` of each begins with, and the topology that it may name.
    private let prefix: String
    private let name: String
    private let low: Int64
    private let high: Int64

    /// A prediction.
    struct Found {
        /// The event's offset in the input.
        var offset: Int64
        var value: [UInt8]
    }

    init(_ stored: StoredTasks, partition: Int32) throws(EngineError) {
        reader = stored.reader
        topic = stored.topics.output
        self.partition = partition
        prefix = "\(stored.topics.input)-\(partition)-"
        name = stored.topology.name
        do throws(KafkaError) {
            (low, high) = try reader.watermarks(TopicPartition(topic: topic, partition: partition), timeout: 10_000)
        } catch { throw EngineError(error, "asking for the offsets of \(topic)") }
    }

    /// The event's offset in a record, or nil: it is not one of ours.
    private func source(_ value: UnsafeRawBufferPointer) -> Int64? {
        Self.source(of: value, after: prefix, topology: name)
    }

    /// What follows the prefix in a record's `source`; nil: it is no offset, or of another topology. Trusts nothing.
    static func source(of value: UnsafeRawBufferPointer, after prefix: String, topology: String) -> Int64? {
        guard let json = try? JSON(reading: value), let source = json["source"]?.string, source.hasPrefix(prefix),
            json["topology"]?.string ?? topology == topology, let offset = Int64(source.dropFirst(prefix.count)),
            offset >= 0
        else { return nil }
        return offset
    }

    private func scan(_ from: Int64, _ take: (ConsumedRecord) -> Bool) throws(EngineError) {
        do throws(KafkaError) { try reader.scan(topic, partition, from: from, take) } catch {
            throw EngineError(error, "reading \(topic) [\(partition)]")
        }
    }

    /// The first prediction from a place of the topic on, before another.
    private func first(from place: Int64, to end: Int64) throws(EngineError) -> (offset: Int64, place: Int64)? {
        var found: (Int64, Int64)?
        try scan(place) { record in
            guard record.offset < end else { return false }
            guard let value = record.value, let offset = source(value) else { return true }
            found = (offset, record.offset)
            return false
        }
        return found
    }

    /// A place of the topic before the prediction of the event at this offset, if there is one, and not far before. Cost: some
    /// requests, whatever the topic holds.
    func place(before offset: Int64) throws(EngineError) -> Int64 {
        guard high - low > Self.near, let begin = try first(from: low, to: high), begin.offset < offset else {
            return low
        }
        var (from, source) = (begin.place, begin.offset)
        var to = high
        // As many records as offsets, about; else by halves.
        for turn in 0..<64 where to - from > Self.near {
            let guess = turn % 2 == 0 ? from + (offset - source) - Self.near / 2 : from + (to - from) / 2
            let probe = min(max(guess, from + 1), to - 1)
            guard let found = try first(from: probe, to: to) else {
                to = probe
                continue
            }
            if found.offset <= offset { (from, source) = (found.place, found.offset) } else { to = probe }
        }
        return from
    }

    /// A prediction of the event at this offset; nil: it is not there.
    func find(offset: Int64) throws(EngineError) -> Found? {
        var found: Found?
        try scan(place(before: offset)) { record in
            guard let value = record.value, let source = source(value) else { return true }
            if source == offset { found = Found(offset: source, value: Array(value)) }
            // What was published twice lies nearby.
            return source - Self.near <= offset && record.offset < high
        }
        return found
    }

    /// The newest prediction of the event at this offset, wherever it lies: of a topology that was reset there are two. Cost: as
    /// of an id.
    func findNewest(offset: Int64, progress: (Int) -> Void) throws(EngineError) -> Found? {
        try search(from: low, progress) { value in source(value) == offset }
    }

    /// The newest prediction with this id, not before a place of the topic; nil: there is none. Cost: reading from there back,
    /// a step at a time.
    ///
    /// - Parameter progress: is told how many were looked at.
    func find(id: String, from first: Int64, progress: (Int) -> Void) throws(EngineError) -> Found? {
        let wanted = Array("{\"id\":\(JSON.text(id).text),".utf8)
        return try search(from: first, progress) { $0.starts(with: wanted) }
    }

    private func search(
        from first: Int64, _ progress: (Int) -> Void, _ isIt: (UnsafeRawBufferPointer) -> Bool
    ) throws(EngineError) -> Found? {
        var end = high
        while end > first {
            let begin = max(first, end - Self.step)
            var found: Found?
            try scan(begin) { record in
                guard record.offset < end else { return false }
                if let value = record.value, isIt(value), let source = source(value) {
                    found = Found(offset: source, value: Array(value))
                }
                return true
            }
            if let found { return found }
            progress(Int(high - begin))
            end = begin
        }
        return nil
    }
}
