import EventFormats
import KafkaClient

/// Hands slices of an arena to the producer, many in one call.
enum PredictionBatch {
    static let size = 4096

    /// - Parameter scratch: reused from call to call, so that a steady stream allocates nothing.
    static func send(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, scratch: inout [OutgoingRecord],
        with producer: Producer, to topic: ProducerTopic, partition: Int32
    ) throws(KafkaError) {
        let base = UnsafeRawPointer(arena.pointer)
        var next = slices.startIndex
        while next < slices.endIndex {
            let end = min(next + size, slices.endIndex)
            scratch.removeAll(keepingCapacity: true)
            for slice in slices[next..<end] {
                let valueStart = slice.start + max(Int(slice.keyCount), 0)
                scratch.append(
                    OutgoingRecord(
                        value: UnsafeRawBufferPointer(start: base + valueStart, count: Int(slice.count)),
                        key: slice.keyCount < 0
                            ? nil : UnsafeRawBufferPointer(start: base + slice.start, count: Int(slice.keyCount))))
            }
            let records = scratch
            let result: Result<Void, KafkaError> = records.withUnsafeBufferPointer { buffer in
                do throws(KafkaError) {
                    try producer.produce(buffer, to: topic, partition: partition, timeout: 30_000)
                    return .success(())
                } catch { return .failure(error) }
            }
            try result.get()
            next = end
        }
    }
}
