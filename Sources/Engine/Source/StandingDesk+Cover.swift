import Console
import Foundation
import KafkaClient
import Topology

/// Partitions that the input got while the topology was there already: its topics get as many.
extension StandingDesk {
    /// Of the asked partitions those that lack a topic, with the topics' names. Extends them first where that is ours.
    func lacking(_ numbers: [Int32]) throws(EngineError) -> [Int32: [String]] {
        guard !settings.isMock, let last = numbers.max(), last >= coveredPartitions else { return [:] }
        do throws(KafkaError) {
            let admin = try settings.brokers.admin(settings.admin())
            defer { admin.close(within: .seconds(5)) }
            let wanted = max(Int(last) + 1, try admin.describe(topic: topics.input, timeout: 10_000).partitions)
            var counts = try counts(admin)
            let short = counts.filter { $0.value < wanted }.keys.sorted()
            if !short.isEmpty {
                let failure = try extend(short, to: wanted, admin)
                counts = try self.counts(admin)
                tell(counts.filter { $0.value < wanted }.keys.sorted(), wanted, failure)
            }
            coveredPartitions = Int32(min(wanted, counts.values.min() ?? 0))
            var lacking: [Int32: [String]] = [:]
            for number in numbers where number >= coveredPartitions {
                lacking[number] = counts.filter { $0.value <= Int(number) }.keys.sorted()
            }
            return lacking
        } catch { throw EngineError(error, "looking at the topics of \(topics.group)") }
    }

    /// The asked partitions that every topic has by now.
    func covered(_ numbers: [Int32]) throws(EngineError) -> [Standing] {
        let lacking = try lacking(numbers)
        return numbers.filter { lacking[$0] == nil }.map { Standing(partition: $0) }
    }

    private func counts(_ admin: any TopicAdmin) throws(KafkaError) -> [String: Int] {
        var counts: [String: Int] = [:]
        for name in topics.made { counts[name] = try admin.describe(topic: name, timeout: 10_000).partitions }
        return counts
    }

    /// Nil where it was done, by us or by another process; else why not.
    private func extend(_ names: [String], to count: Int, _ admin: any TopicAdmin) throws(KafkaError) -> String? {
        guard settings.createsTopics else { return "--no-create-topics is set" }
        var reason: String?
        for (name, error) in zip(names, try admin.extend(names, to: count, timeout: 30_000)) {
            if let error, error.code != KafkaError.Code.invalidPartitions {
                reason = error.description
            } else {
                Log.info("extended topic", ("topic", name), ("partitions", "\(count)"))
            }
        }
        // Known everywhere only a moment later.
        for _ in 0..<30 where reason == nil {
            if try counts(admin).values.allSatisfy({ $0 >= count }) { break }
            usleep(100_000)
        }
        return reason
    }

    private func tell(_ names: [String], _ wanted: Int, _ reason: String?) {
        guard !names.isEmpty, !hasToldOfLacking else { return }
        hasToldOfLacking = true
        Log.warning(
            "\(topics.input) has \(wanted) partitions now, and topics of the topology have fewer: the old partitions are "
                + "served, the new ones wait. Extend them: "
                + topics.extending(names, to: wanted, bootstrap: settings.topology.bootstrap),
            ("topics", names.joined(separator: ", ")), ("reason", reason ?? "not yet known everywhere"))
    }
}
