import KafkaClient
import Topology

/// Where a task begins in the label topic, and how far its journal goes.
struct LabelStart: Equatable, Sendable {
    var offset: Int64
    /// An end that the journal partition has.
    var journalEnd: Int64
}

/// Where a partition ends.
struct LaneEnd: Equatable, Sendable {
    /// Where the first open transaction begins, else the end.
    var stable: Int64
    /// The end, with what open transactions hide.
    var open: Int64
}

/// What a broker says of a partition that the group gave to this worker: everything needed to decide how to begin.
struct Standing: Equatable, Sendable {
    var partition: Int32
    /// The committed next offset, or nil: nothing is committed.
    var committed: Int64?
    /// What was committed beside it.
    var metadata: [UInt8]?
    /// The first offset of the input, and the one behind its last committed record.
    var inputStart: Int64 = 0
    var inputEnd: Int64 = 0
    /// Where `input.start` points.
    var begin: Int64 = 0
    /// The end of the state partition.
    var stateEnd: Int64 = 0
    /// The state partition holds a committed record. Only looked up where nothing is committed.
    var holdsState = false
    /// Where the control partition begins and ends.
    var controlStart: Int64 = 0
    var controlEnd: Int64 = 0
    /// Where the inputs and the journal end now; nil: their leaders do not say. Only these are in an answer of `.end`.
    var end: LaneEnd?
    var labelEnd: LaneEnd?
    var journalEnd: Int64?
    /// Where the journal begins; only in an answer of `.trim`.
    var journalStart: Int64?
    /// Topics of the topology that lack this partition: it came later, and waits for them.
    var lacking: [String] = []
    /// The same of the label topic's partition; nil: the topology has none.
    var labels: Labels?

    /// What a broker says of a partition of the label topic.
    struct Labels: Equatable, Sendable {
        var committed: Int64?
        var metadata: [UInt8]?
        var start: Int64 = 0
        var end: Int64 = 0
        var begin: Int64 = 0
        var journalEnd: Int64 = 0
    }

    /// Where labels begin for the first time.
    var labelStart: LabelStart? { labels.map { LabelStart(offset: $0.begin, journalEnd: $0.journalEnd) } }
}

/// A task's committed place: what a restore has to reach.
struct StoredPlace: Equatable, Sendable {
    var offset: Int64
    var metadata: OffsetMetadata
    /// The end of the state partition when it was looked up.
    var stateEnd: Int64
    /// The input does not hold what lies between the state and the offset, for this reason: the newest snapshot goes on
    /// there as it is (`on_gap: continue_from_snapshot`).
    var gap: String?
    /// Where it stands in the label topic; nil: there is none.
    var labels: LabelStart?
    /// What the control partition holds: commands of an earlier topic of that name are not there.
    var control: ClosedRange<Int64> = 0...0

    /// A place of which only the offset is known: whatever snapshot is newest.
    static func afterGap(
        _ reason: String, at offset: Int64, stateEnd: Int64, control: ClosedRange<Int64>
    ) -> Self {
        var metadata = OffsetMetadata()
        metadata.sequence = 1 << 61
        metadata.stateLowerBound = PartitionOffset.beginning
        // Which commands were obeyed is not known: none of them again.
        metadata.control = control.upperBound
        return Self(offset: offset, metadata: metadata, stateEnd: stateEnd, gap: reason, control: control)
    }

    /// Where commands are read on.
    var controlStart: Int64 { control.contains(metadata.control) ? metadata.control : control.lowerBound }
}

/// How a partition begins.
enum Beginning: Equatable {
    /// For the first time, at this offset.
    case anew(Int64, stateEnd: Int64, labels: LabelStart? = nil, controlEnd: Int64 = 0)
    case from(StoredPlace)
}

extension Standing {
    /// Decides how the partition begins; throws where no answer would be right, with the remedy. Never guesses.
    ///
    /// - Parameter onGap: what to do where committed offset and input do not fit any more.
    func beginning(
        _ topics: TopicNames, cluster: Cluster, onGap: TopologyPlan.OnGap = .stop
    ) throws(EngineError) -> Beginning {
        let gap: (reason: String, offset: Int64, metadata: OffsetMetadata?)
        if let committed {
            let place = OffsetMetadata.Place(
                cluster: cluster, topic: topics.input, partition: partition, offset: committed,
                labels: labelPlace(topics))
            switch read(for: place) {
            case .success(let metadata):
                if let reason = labelGap(topics) {
                    gap = (reason, committed, metadata)
                } else if committed > inputEnd {
                    gap = (
                        "committed offset \(committed) is beyond the end \(inputEnd) of \(topics.input): was the topic "
                            + "recreated?", begin, metadata
                    )
                } else if committed < inputStart {
                    gap = (
                        "the committed offset \(committed) is not in \(topics.input) any more, which begins at "
                            + "\(inputStart) (retention)", inputStart, metadata
                    )
                } else {
                    try check(metadata, topics)
                    return .from(
                        StoredPlace(
                            offset: committed, metadata: metadata, stateEnd: stateEnd,
                            labels: labelsGoOn(isGap: false), control: control))
                }
            case .failure(let refusal):
                gap = (
                    "the metadata beside the committed offset \(committed) of group \(topics.group) \(refusal.words)",
                    (inputStart...max(inputStart, inputEnd)).contains(committed) ? committed : begin, nil
                )
            }
        } else {
            guard holdsState else {
                return .anew(begin, stateEnd: stateEnd, labels: labelStart, controlEnd: controlEnd)
            }
            gap = (
                "\(topics.state) holds state but group \(topics.group) has no committed offset (reset, expired, or the "
                    + "input topic was recreated)", begin, nil
            )
        }
        guard onGap == .continueFromSnapshot else {
            throw EngineError(.data, "partition \(partition): \(gap.reason). \(topics.remedy(at: gap.offset))")
        }
        guard let metadata = gap.metadata else {
            var place = StoredPlace.afterGap(gap.reason, at: gap.offset, stateEnd: stateEnd, control: control)
            place.labels = labelsGoOn(isGap: true)
            return .from(place)
        }
        try check(metadata, topics)
        return .from(
            StoredPlace(
                offset: gap.offset, metadata: metadata, stateEnd: stateEnd, gap: gap.reason,
                labels: labelsGoOn(isGap: true), control: control))
    }

    private var control: ClosedRange<Int64> { controlStart...max(controlStart, controlEnd) }

    private func read(for place: OffsetMetadata.Place) -> Result<OffsetMetadata, OffsetMetadata.Refusal> {
        // Both inputs were committed in one transaction, with the same bytes beside them.
        if let labels, labels.committed == nil || labels.metadata != metadata { return .failure(.otherPlace) }
        do throws(OffsetMetadata.Refusal) {
            return .success(try OffsetMetadata(encoded: metadata ?? [], for: place))
        } catch { return .failure(error) }
    }

    private func labelPlace(_ topics: TopicNames) -> OffsetMetadata.LabelPlace? {
        guard let topic = topics.labels, let offset = labels?.committed else { return nil }
        return OffsetMetadata.LabelPlace(topic: topic, offset: offset)
    }

    /// Why the labels cannot go on where they stood, or nil.
    private func labelGap(_ topics: TopicNames) -> String? {
        guard let labels, let committed = labels.committed, let topic = topics.labels else { return nil }
        if committed > labels.end {
            return "committed offset \(committed) is beyond the end \(labels.end) of \(topic): was the topic recreated?"
        }
        guard committed < labels.start else { return nil }
        return
            "the committed offset \(committed) is not in \(topic) any more, which begins at \(labels.start) (retention)"
    }

    /// Where labels go on; over a gap, where they can.
    private func labelsGoOn(isGap: Bool) -> LabelStart? {
        guard let labels else { return nil }
        let committed = labels.committed ?? labels.begin
        let isThere = (labels.start...max(labels.start, labels.end)).contains(committed)
        return LabelStart(
            offset: isGap && !isThere ? max(labels.begin, labels.start) : committed, journalEnd: labels.journalEnd)
    }

    private func check(_ metadata: OffsetMetadata, _ topics: TopicNames) throws(EngineError) {
        guard metadata.stateLowerBound > stateEnd else { return }
        throw EngineError(
            .data,
            "partition \(partition): \(topics.state) ends at \(stateEnd), before the state that the committed metadata "
                + "name (\(metadata.stateLowerBound)): was it recreated? Restore it, or \(topics.resetRemedy)")
    }
}
