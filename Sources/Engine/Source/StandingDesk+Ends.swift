import KafkaClient
import Topology

/// Where partitions end now: what lag is measured from, and whether a leader can be reached.
extension StandingDesk {
    private static let patience: Int32 = 2000

    /// One try; what is not known stays nil.
    func ends(_ numbers: [Int32]) throws(EngineError) -> [Standing] {
        let inputs = try ends(topics.input, numbers)
        let labels = try topics.labels.map { topic throws(EngineError) in try ends(topic, numbers) } ?? [:]
        let journals = topics.labels == nil ? [:] : together(reader, topics.journal, numbers) ?? [:]
        return numbers.map { number in
            var standing = Standing(partition: number)
            standing.end = inputs[number]
            standing.labelEnd = labels[number]
            standing.journalEnd = journals[number]
            return standing
        }
    }

    private func ends(_ topic: String, _ numbers: [Int32]) throws(EngineError) -> [Int32: LaneEnd] {
        do throws(KafkaError) {
            if watcher == nil { watcher = try settings.brokers.reader(settings.reader(seesOpen: true)) }
        } catch { throw EngineError(error, "making a Kafka client") }
        // The stable end is asked for last: it is never beyond what the other says by much.
        let open = each(watcher!, topic, numbers)
        let stable = each(reader, topic, numbers.filter { open[$0] != nil })
        return stable.reduce(into: [:]) { ends, found in
            ends[found.key] = LaneEnd(stable: found.value, open: max(found.value, open[found.key] ?? 0))
        }
    }

    /// One call; where one leader is away it tells nothing, and then one call for each leader: the time that this takes does
    /// not grow with the number of partitions.
    private func each(_ client: any TopicReader, _ topic: String, _ numbers: [Int32]) -> [Int32: Int64] {
        if let found = together(client, topic, numbers) { return found }
        guard let leaders = try? client.leaders(of: topic, timeout: Self.patience) else { return [:] }
        let led = numbers.filter { leaders.indices.contains(Int($0)) && leaders[Int($0)] >= 0 }
        let groups = Dictionary(grouping: led) { leaders[Int($0)] }
        return groups.values.filter { $0.count < numbers.count }.reduce(into: [:]) { ends, group in
            ends.merge(together(client, topic, group) ?? [:]) { $1 }
        }
    }

    private func together(_ client: any TopicReader, _ topic: String, _ numbers: [Int32]) -> [Int32: Int64]? {
        guard !numbers.isEmpty else { return [:] }
        let partitions = numbers.map { TopicPartition(topic: topic, partition: $0) }
        let found = try? client.edges(PartitionOffset.end, of: partitions, timeout: Self.patience)
        return found.map { Dictionary($0.map { ($0.partition, $0.offset) }, uniquingKeysWith: { $1 }) }
    }
}
