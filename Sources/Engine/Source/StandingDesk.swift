import Console
import Foundation
import KafkaClient
import Topology

/// Looks up where partitions stand. Blocks; one thread.
final class StandingDesk {
    let settings: EngineSettings
    let topics: TopicNames
    let reader: any TopicReader
    /// Sees what open transactions hide.
    var watcher: (any TopicReader)?
    /// Partitions that every topic of the topology has.
    var coveredPartitions: Int32
    var hasToldOfLacking = false

    /// A topic made a moment ago, or a leader elected a moment ago, is known everywhere only some seconds later.
    private static let patience = Duration.seconds(15)

    init(settings: EngineSettings, topics: TopicNames) throws(EngineError) {
        self.settings = settings
        self.topics = topics
        coveredPartitions = settings.coveredPartitions
        do throws(KafkaError) { reader = try settings.brokers.reader(settings.reader()) } catch {
            throw EngineError(error, "making a Kafka client")
        }
    }

    func close() {
        reader.close(within: .seconds(2))
        watcher?.close(within: .seconds(2))
    }

    func standings(_ numbers: [Int32]) throws(EngineError) -> [Standing] {
        guard !numbers.isEmpty else { return [] }
        let inputs = numbers.map { TopicPartition(topic: topics.input, partition: $0) }
        let labelInputs = numbers.compactMap { number in
            topics.labels.map { TopicPartition(topic: $0, partition: number) }
        }
        // In one request: between two a running engine commits, and what stands beside the offsets would not fit together.
        let all: [PartitionOffset]
        do throws(KafkaError) { all = try reader.committed(inputs + labelInputs, timeout: 30_000) } catch {
            let cause = BrokerAccess.groupFailure(error, of: reader)
            throw PermanentFailure(settings, topics).verdict(cause)
                ?? EngineError(cause, "reading the committed offsets of group \(topics.group)")
        }
        let committed = all.filter { $0.topic == topics.input }
        CrashPoint.reach(.afterStableRead)
        let starts = try edges(PartitionOffset.beginning, inputs)
        // Never below what is committed: the leader may be new, and not know yet how far its log is committed.
        let ends = try edges(PartitionOffset.end, inputs) { end, partition in
            end >= committed.first { $0.partition == partition }?.offset ?? 0
        }
        let labels = try labelStandings(numbers, all.filter { $0.topic == topics.labels })
        let lacking = try lacking(numbers)
        let states = numbers.filter { lacking[$0] == nil }.map { TopicPartition(topic: topics.state, partition: $0) }
        let isMock = settings.isMock || states.isEmpty
        let stateStarts = isMock ? [:] : try edges(PartitionOffset.beginning, states)
        let stateEnds = isMock ? [:] : try edges(PartitionOffset.end, states)
        let controls = states.map { TopicPartition(topic: topics.control, partition: $0.partition) }
        let controlStarts = isMock ? [:] : try edges(PartitionOffset.beginning, controls)
        let controlEnds = isMock ? [:] : try edges(PartitionOffset.end, controls)
        var result: [Standing] = []
        for number in numbers {
            var standing = Standing(partition: number)
            let found = committed.first { $0.partition == number }
            standing.inputStart = starts[number] ?? 0
            standing.inputEnd = ends[number] ?? 0
            standing.stateEnd = stateEnds[number] ?? 0
            standing.controlStart = controlStarts[number] ?? 0
            standing.controlEnd = controlEnds[number] ?? 0
            standing.lacking = lacking[number] ?? []
            // Where it begins if it cannot go on.
            standing.begin = try begin(topics.input, number, from: standing.inputStart, to: standing.inputEnd)
            standing.labels = labels[number]
            if let found, found.offset >= 0 {
                standing.committed = found.offset
                standing.metadata = found.metadata
            } else {
                standing.holdsState = try holdsState(number, from: stateStarts[number] ?? 0, to: standing.stateEnd)
            }
            result.append(standing)
        }
        return result
    }

    /// First or last offsets by partition, once all of them are known and right.
    func edges(
        _ edge: Int64, _ partitions: [TopicPartition], isRight: (Int64, Int32) -> Bool = { _, _ in true }
    ) throws(EngineError) -> [Int32: Int64] {
        let end = ContinuousClock.now + Self.patience
        while true {
            do throws(KafkaError) {
                let found = try reader.edges(edge, of: partitions, timeout: 5000)
                guard ContinuousClock.now < end, !found.allSatisfy({ isRight($0.offset, $0.partition) }) else {
                    return Dictionary(found.map { ($0.partition, $0.offset) }, uniquingKeysWith: { $1 })
                }
            } catch {
                guard ContinuousClock.now < end else {
                    throw EngineError(error, "asking for the offsets of \(partitions[0].topic)")
                }
                // A partition that was added a moment ago is not in what this client knows of the topic.
                if error.isUnknownTopic { _ = try? reader.partitionCount(of: partitions[0].topic, timeout: 5000) }
            }
            usleep(100_000)
        }
    }

    func begin(
        _ topic: String, _ number: Int32, from start: Int64, to end: Int64
    ) throws(EngineError) -> Int64 {
        // What came with a later partition is all to be read.
        switch number >= settings.coveredPartitions ? .earliest : settings.topology.start {
        case .earliest: return start
        case .latest: return end
        case .time(let time):
            let partition = TopicPartition(topic: topic, partition: number)
            do throws(KafkaError) {
                let found = try reader.offsets(at: time, [partition], timeout: 10_000).first?.offset ?? -1
                return found >= 0 ? found : end
            } catch { throw EngineError(error, "finding where to start in \(topic)") }
        }
    }

    /// Whether a state partition holds a committed record, which its end offset does not tell: an aborted transaction
    /// moves that too.
    private func holdsState(_ number: Int32, from start: Int64, to end: Int64) throws(EngineError) -> Bool {
        guard end > start else { return false }
        var holds = false
        do throws(KafkaError) {
            try reader.scan(topics.state, number, from: start) { _ in
                holds = true
                return false
            }
            return holds
        } catch { throw EngineError(error, "reading \(topics.state)") }
    }
}
