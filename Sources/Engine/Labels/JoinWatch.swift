import Console
import OnlineLearning

/// Notices labels that find no event although there are many: another partitioner or other ids than the events'.
///
/// Looked at once, after a thousand labels; what it finds is told in the log and by the health route, and taken back once
/// labels find their events.
struct JoinWatch {
    private static let labels: UInt64 = 1000
    private static let least = 0.01
    private static let sample = 200

    /// What is wrong, for a person; nil: nothing.
    private(set) var fault: String?
    private var next = labels

    /// - Parameter others: tasks of the same process; asked for only where something is wrong.
    mutating func look(
        _ learner: LabelledPipeline, partition: Int32, topics: TopicNames, others: @autoclosure () -> [LabelledPipeline]
    ) {
        guard learner.labels >= next else { return }
        next = learner.labels + Self.labels
        guard learner.joinRatio < Self.least else {
            fault = nil
            return
        }
        let wasTold = fault != nil
        let keys = learner.unmatchedKeys(Self.sample)
        let others = others()
        let elsewhere = keys.count { key in others.contains { $0.holdsEvent(key) } }
        let labels = topics.labels ?? ""
        fault =
            2 * elsewhere > keys.count && !keys.isEmpty
            ? "\(elsewhere) of \(keys.count) labels looked at have their event in another partition: the producers of \(labels) and "
                + "\(topics.input) must use the event's id as the key and one partitioner. librdkafka's default "
                + "(consistent_random, CRC32) and Java's (murmur2) put one key into different partitions: set librdkafka's "
                + "`partitioner` to murmur2_random"
            : "almost no label finds its event: are the ids of \(labels) spelled as in \(topics.input), and do the producers of both "
                + "use the event's id as the key and one partitioner?"
        guard !wasTold, let fault else { return }
        Log.warning(
            fault, ("partition", "\(partition)"), ("labels", "\(learner.labels)"),
            ("join_ratio", "\(learner.joinRatio)"))
    }
}
