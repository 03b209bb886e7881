import Console
import KafkaClient

/// Journals without what is about rows that the inputs do not hold any more.
extension StandingDesk {
    /// Deletes it, and gives the partitions where there was something.
    func trim(_ marks: [Int32: [JournalMark]]) throws(EngineError) -> [Standing] {
        guard let labels = topics.labels else { return [] }
        do throws(KafkaError) {
            let numbers = marks.keys.sorted()
            let starts = try (starts(topics.input, numbers), starts(labels, numbers))
            let cuts = numbers.compactMap { number in
                JournalMark.cut(marks[number] ?? [], events: starts.0[number], labels: starts.1[number]).map {
                    PartitionOffset(topic: topics.journal, partition: number, offset: $0, metadata: nil)
                }
            }
            guard !cuts.isEmpty else { return [] }
            let admin = try settings.brokers.admin(settings.admin())
            defer { admin.close(within: .seconds(5)) }
            return try admin.deleteRecords(before: cuts, timeout: 5000).map { found in
                Log.debug(
                    "journal trimmed", ("partition", "\(found.partition)"), ("before", "\(found.offset)"))
                var standing = Standing(partition: found.partition)
                standing.journalStart = found.offset
                return standing
            }
        } catch { throw EngineError(error, "trimming \(topics.journal)") }
    }

    private func starts(_ topic: String, _ numbers: [Int32]) throws(KafkaError) -> [Int32: Int64] {
        let partitions = numbers.map { TopicPartition(topic: topic, partition: $0) }
        let found = try reader.edges(PartitionOffset.beginning, of: partitions, timeout: 2000)
        return Dictionary(found.map { ($0.partition, $0.offset) }, uniquingKeysWith: { $1 })
    }
}
