import KafkaClient
import OnlineLearning
import Topology

/// Brings back the segments of waiting events that a snapshot lists: from the local disk, and from the state topic what is
/// not there. Trusts nothing: each is the one whose hash the snapshot names, and all together have its sum.
///
/// On the worker's thread.
final class SegmentLoading {
    /// Farther than this a seek is cheaper than reading on.
    private static let far: Int64 = 4000

    private let labels: TaskLabels
    private let partition: Int32
    private let cluster: Cluster
    private let topics: TopicNames
    private let wanted: [(number: UInt32, place: Int64, hash: UInt64)]
    private var done = 0
    /// The next offset of the state topic.
    private var position: Int64 = 0
    /// Segments that came from the topic.
    private(set) var fetched = 0
    var onSegment: ((LabelSegment?) -> Void)?

    init(_ labels: TaskLabels, partition: Int32, cluster: Cluster, topics: TopicNames) {
        self.labels = labels
        self.partition = partition
        self.cluster = cluster
        self.topics = topics
        wanted = labels.learner.segments
    }

    /// Takes what the disk has; gives an offset at or before the next segment in the topic, or nil: all are taken.
    func next() throws(EngineError) -> Int64? {
        while done < wanted.count {
            let segment = wanted[done]
            guard let index = labels.store?.index(of: segment.number, hash: segment.hash) else { return segment.place }
            try take { () throws(SnapshotError) in try labels.learner.takeIndex(index, of: segment.number) }
            done += 1
        }
        return nil
    }

    /// The reader stands far before the next segment.
    var isFar: Bool { done < wanted.count && wanted[done].place > position + Self.far }

    /// The reader stands at this offset.
    func began(at offset: Int64) { position = offset }

    /// Takes a record of the state topic, if it is the next segment.
    func take(_ record: ConsumedRecord) throws(EngineError) {
        position = record.offset + 1
        guard done < wanted.count, let key = record.key, let value = record.value,
            key.elementsEqual(SnapshotChunks.segmentKey(partition: partition, number: wanted[done].number)),
            let bytes = cluster.opened(Array(value), partition: partition)
        else { return }
        let segment = LabelSegment(number: wanted[done].number, bytes: bytes)
        // One that a process left behind that did not get further: the right one follows.
        guard segment.hash == wanted[done].hash else { return }
        onSegment?(segment)
        try take { () throws(SnapshotError) in
            guard let store = labels.store else { return try labels.learner.take(segment) }
            store.write(segment)
            try labels.learner.takeIndex(segment.index, of: segment.number)
        }
        fetched += 1
        done += 1
        _ = try next()
    }

    /// All are taken.
    func finish() throws(EngineError) {
        try take { () throws(SnapshotError) in try labels.learner.checkSegments() }
        labels.store?.keep(only: wanted.map(\.number))
    }

    /// Why what is wanted cannot be had where the topic ends; nil: nothing is wanted.
    var shortage: String? {
        done < wanted.count ? "segment \(wanted[done].number) of waiting events is missing in \(topics.state)" : nil
    }

    private func take(_ body: () throws(SnapshotError) -> Void) throws(EngineError) {
        do throws(SnapshotError) { try body() } catch {
            throw EngineError(
                .data,
                "partition \(partition): \(error.message). Restore \(topics.state), or \(topics.resetRemedy)")
        }
    }
}
