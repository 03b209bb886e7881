import KafkaClient
import Topology

/// Where partitions stand in the label topic, and how far their journals go.
extension StandingDesk {
    func labelStandings(
        _ numbers: [Int32], _ committed: [PartitionOffset]
    ) throws(EngineError) -> [Int32: Standing.Labels] {
        guard let topic = topics.labels else { return [:] }
        let partitions = numbers.map { TopicPartition(topic: topic, partition: $0) }
        let starts = try edges(PartitionOffset.beginning, partitions)
        let ends = try edges(PartitionOffset.end, partitions) { end, partition in
            end >= committed.first { $0.partition == partition }?.offset ?? 0
        }
        let journals = try edges(
            PartitionOffset.end, numbers.map { TopicPartition(topic: topics.journal, partition: $0) })
        var result: [Int32: Standing.Labels] = [:]
        for number in numbers {
            var labels = Standing.Labels()
            let found = committed.first { $0.partition == number }
            if let found, found.offset >= 0 {
                labels.committed = found.offset
                labels.metadata = found.metadata
            }
            labels.start = starts[number] ?? 0
            labels.end = ends[number] ?? 0
            labels.begin = try begin(topic, number, from: labels.start, to: labels.end)
            labels.journalEnd = journals[number] ?? 0
            result[number] = labels
        }
        return result
    }
}
