import Foundation
import KafkaClient
import Text
public import Topology

/// Sends a command to every task of a topology and waits for their answers.
///
/// It needs nothing of the engine's processes but the topics: they may run anywhere, or not yet.
public final class CommandDelivery {
    /// What a task did about it.
    public struct Answer: Sendable, Equatable {
        /// The task's partition.
        public var partition: Int32
        /// The number of the command among all that the task took.
        public var number: UInt64
        /// It was obeyed.
        public var isDone: Bool
        /// Why, or why not.
        public var reason: String
    }

    /// How many tasks there are.
    public let partitions: Int
    private let topics: TopicNames
    private let settings: EngineSettings
    private let command: ControlCommand
    private let reader: any TopicReader
    private let batch = RecordBatch(capacity: 500)

    /// Looks the topics up. Throws where the topology has never run. Blocks up to some ten seconds.
    public init(
        _ topology: TopologyPlan, _ action: ControlCommand.Action, by user: String, on brokers: Brokers = .kafka
    ) throws(EngineError) {
        settings = EngineSettings(topology: topology, instance: "operator", on: brokers)
        topics = TopicNames(topology)
        command = ControlCommand(action, id: UUID().uuidString.lowercased(), by: user)
        do throws(KafkaError) { reader = try brokers.reader(settings.reader()) } catch {
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        let wanted = try settings.inputPartitions(reader)
        partitions = try topics.partitions(of: topics.control, reader)
        guard partitions >= wanted else {
            throw EngineError(
                .unavailable,
                "\(topics.control) has \(partitions) partitions and \(topics.input) has \(wanted). Extend it: "
                    + topics.extending([topics.control], to: wanted, bootstrap: topology.bootstrap))
        }
    }

    /// Blocks until every task has answered, or for so long.
    ///
    /// - Parameter progress: told how many have answered, some ten times a second.
    public func run(within duration: Duration, progress: (Int) -> Void) throws(EngineError) -> [Answer] {
        defer { reader.close(within: .seconds(10)) }
        do throws(KafkaError) {
            let all = (0..<Int32(partitions)).map { TopicPartition(topic: topics.decisions, partition: $0) }
            // From before the command on: no answer is missed.
            try reader.assign(try reader.edges(PartitionOffset.end, of: all, timeout: 10_000))
            try send()
            return try answers(until: ContinuousClock.now + duration, progress)
        } catch {
            throw PermanentFailure(settings, topics).verdict(error)
                ?? EngineError(error, "sending a command to \(topics.control)")
        }
    }

    private func send() throws(KafkaError) {
        let writer = try settings.brokers.writer(settings.directProducer())
        defer { writer.close(within: .seconds(5)) }
        for partition in 0..<Int32(partitions) {
            try writer.write(
                value: Array(command.value.utf8), key: nil, headers: [],
                timestamp: Int64(Date().timeIntervalSince1970 * 1000), to: topics.control, partition, timeout: 10_000)
        }
        try writer.flush(timeout: 10_000)
    }

    private func answers(
        until end: ContinuousClock.Instant, _ progress: (Int) -> Void
    ) throws(KafkaError) -> [Answer] {
        var answers: [Int32: Answer] = [:]
        while answers.count < partitions, ContinuousClock.now < end {
            reader.poll(into: batch, wait: 100)
            for place in 0..<batch.count {
                let record = batch[place]
                guard record.error == 0 else {
                    let error = KafkaError.of(record.error, topic: topics.decisions)
                    guard !error.isDenied else { throw error }
                    continue
                }
                if let answer = answer(in: record) { answers[answer.partition] = answer }
            }
            batch.release()
            progress(answers.count)
        }
        return answers.values.sorted { $0.partition < $1.partition }
    }

    private func answer(in record: ConsumedRecord) -> Answer? {
        guard let value = record.value, let json = try? JSON(reading: value), case .text(command.id)? = json["id"],
            case .text(let outcome)? = json["outcome"]
        else { return nil }
        let number: UInt64 =
            switch json["number"] {
            case .integer(let number)?: UInt64(clamping: number)
            case .unsigned(let number)?: number
            default: 0
            }
        let reason = if case .text(let reason)? = json["reason"] { reason } else { "" }
        return Answer(partition: record.partition, number: number, isDone: outcome == "done", reason: reason)
    }

    /// What it means that these have not answered.
    public func silence(of partitions: [Int32], after seconds: Int) -> String {
        let list = partitions.map { "\($0)" }.joined(separator: ", ")
        let fate =
            command.action == .drain
            ? "A process that is started later does not obey it."
            : "The command waits in \(topics.control), and is obeyed when one comes to it."
        return
            "no answer from partition\(partitions.count == 1 ? "" : "s") \(list) within \(seconds) s: no process runs them, "
            + "or it restores its state or waits for a broker. \(fate)"
    }
}
