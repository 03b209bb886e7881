import KafkaClient
import Topology

/// The topics of a topology.
struct TopicNames: Sendable {
    /// What a dead letter's headers may add to the record.
    static let deadLetterRoom = 64 << 10

    /// The consumer group: the topology's name.
    let group: String
    let input: String
    /// The topic with the labels, or nil: they stand in the events.
    let labels: String?
    let output: String
    let drift: String
    let decisions: String
    let metrics: String
    let deadLetters: String
    let state: String
    /// What comes of events and labels, or nil: it is not told.
    let examples: String?
    /// With one input only operators' commands stand there.
    let journal: String
    /// Where operators' commands are read.
    let control: String
    /// The topology's file, for messages that name a command.
    let file: String
    /// The past is looked at: what goes on is not meant, and no message tells to begin anew.
    var looksBack = false

    private static let another = "ask for a later offset or time: the running topology is not touched by this"

    init(_ topology: TopologyPlan) {
        group = topology.name
        file = topology.file
        input = topology.inputTopic
        labels = topology.labels?.topic
        output = topology.outputTopic
        drift = SideTopic.drift.name(of: topology.name)
        decisions = SideTopic.decisions.name(of: topology.name)
        metrics = SideTopic.metrics.name(of: topology.name)
        deadLetters = SideTopic.deadLetters.name(of: topology.name)
        state = SideTopic.state.name(of: topology.name)
        examples = topology.labels?.tellsExamples ?? false ? SideTopic.examples.name(of: topology.name) : nil
        journal = SideTopic.journal.name(of: topology.name)
        control = SideTopic.control.name(of: topology.name)
    }

    /// Topics that are read for what is learned, the events' first.
    var inputs: [String] { [input] + (labels.map { [$0] } ?? []) }

    /// The end of a message about lost offsets: the commands that help.
    func remedy(at offset: Int64? = nil) -> String {
        guard !looksBack else { return Self.another }
        let place = offset.map { " at offset \($0)" } ?? ""
        return
            "`millrace run \(file) --set on_gap=continue_from_snapshot` keeps the learned model and goes on\(place); "
            + "`millrace reset \(file) --yes` forgets it and begins anew at input.start"
    }

    /// Of one of the topology's own topics; throws where it is not there.
    func partitions(of topic: String, _ reader: any TopicReader) throws(EngineError) -> Int {
        do throws(KafkaError) {
            let count = try reader.partitionCount(of: topic, timeout: 10_000)
            if count > 0 { return count }
        } catch  where !error.isUnknownTopic { throw EngineError(error, "looking at \(topic)") } catch {}
        throw EngineError(
            .unavailable,
            "there is no topic \(topic): `millrace run \(file)` makes it at its start. Is this the file that runs, and its "
                + "cluster?")
    }

    /// The end of a message about state that cannot be used.
    var resetRemedy: String {
        guard !looksBack else { return Self.another }
        return "`millrace reset \(file) --yes` forgets the model and begins anew at input.start"
    }

    /// The command that gives topics as many partitions as the input has.
    func extending(_ names: [String], to count: Int, bootstrap: String) -> String {
        names.map { "kafka-topics.sh --bootstrap-server \(bootstrap) --alter --topic \($0) --partitions \(count)" }
            .joined(separator: "; ")
    }

    /// Topics that the engine writes.
    var written: [String] {
        [output, drift, decisions, metrics, deadLetters, state, journal] + (examples.map { [$0] } ?? [])
    }

    /// Topics that the engine makes: what it writes, and where it takes commands from.
    var made: [String] { written + [control] }

    /// What is to be created, with the input's partition count.
    func creations(partitions: Int, brokers: Int, inputMessageBytes: Int) -> [NewTopic] {
        let replicas = min(3, max(brokers, 1))
        let safety = replicas >= 3 ? [("min.insync.replicas", "2")] : []
        return made.map { name in
            var configuration: [(String, String)] = safety
            if name == state {
                // Superseded chunks pile up until a segment is closed: close it every hour.
                configuration += [
                    ("cleanup.policy", "compact"), ("segment.ms", "3600000"), ("max.compaction.lag.ms", "3600000"),
                ]
            } else if name == journal {
                // A replay needs it from the older of two snapshots on, however old that is.
                configuration += [("retention.ms", "-1")]
            } else if name == deadLetters {
                configuration += [("max.message.bytes", "\(inputMessageBytes + Self.deadLetterRoom)")]
            }
            return NewTopic(
                name: name, partitions: Int32(partitions), replicationFactor: Int32(replicas),
                config: configuration)
        }
    }
}
