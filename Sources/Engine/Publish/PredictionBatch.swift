import EventFormats
import KafkaClient

/// Hands slices of an arena to the producer, many in one call.
enum PredictionBatch {
    static let size = 4096

    /// All of them; waits where there is no room.
    ///
    /// - Parameter scratch: reused from call to call, so that a steady stream allocates nothing.
    static func send(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, scratch: inout [OutgoingRecord],
        with producer: Producer, to topic: ProducerTopic, partition: Int32
    ) throws(KafkaError) {
        var next = slices.startIndex
        while next < slices.endIndex {
            let end = min(next + size, slices.endIndex)
            try with(slices[next..<end], of: arena, &scratch) { (records) throws(KafkaError) in
                try producer.produce(records, to: topic, partition: partition, timeout: 30_000)
            }
            next = end
        }
    }

    /// As many as find room, at most `size`, without waiting; answers how many.
    static func offer(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, scratch: inout [OutgoingRecord],
        with producer: Producer, to topic: ProducerTopic, partition: Int32
    ) throws(KafkaError) -> Int {
        try with(slices.prefix(size), of: arena, &scratch) { (records) throws(KafkaError) in
            try producer.offer(records, to: topic, partition: partition)
        }
    }

    private static func with<T>(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, _ scratch: inout [OutgoingRecord],
        _ body: (UnsafeBufferPointer<OutgoingRecord>) throws(KafkaError) -> T
    ) throws(KafkaError) -> T {
        let base = UnsafeRawPointer(arena.pointer)
        scratch.removeAll(keepingCapacity: true)
        for slice in slices {
            let valueStart = slice.start + max(Int(slice.keyCount), 0)
            scratch.append(
                OutgoingRecord(
                    value: UnsafeRawBufferPointer(start: base + valueStart, count: Int(slice.count)),
                    key: slice.keyCount < 0
                        ? nil : UnsafeRawBufferPointer(start: base + slice.start, count: Int(slice.keyCount))))
        }
        let records = scratch
        let result: Result<T, KafkaError> = records.withUnsafeBufferPointer { buffer in
            do throws(KafkaError) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
