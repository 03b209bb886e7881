import KafkaClient
import Topology

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
    /// The end of the input with what open transactions hide; only asked for lag.
    var openEnd: Int64?
    /// Topics of the topology that lack this partition: it came later, and waits for them.
    var lacking: [String] = []
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

    /// A place of which only the offset is known: whatever snapshot is newest.
    static func afterGap(_ reason: String, at offset: Int64, stateEnd: Int64) -> Self {
        var metadata = OffsetMetadata()
        metadata.sequence = 1 << 61
        metadata.stateLowerBound = PartitionOffset.beginning
        return Self(offset: offset, metadata: metadata, stateEnd: stateEnd, gap: reason)
    }
}

/// How a partition begins.
enum Beginning: Equatable {
    /// For the first time, at this offset.
    case anew(Int64, stateEnd: Int64)
    case from(StoredPlace)
}

extension Standing {
    /// Decides how the partition begins; throws where no answer would be right, with the remedy. Never guesses.
    ///
    /// - Parameter onGap: what to do where committed offset and input do not fit any more.
    func beginning(
        _ topics: TopicNames, cluster: String, onGap: TopologyPlan.OnGap = .stop
    ) throws(EngineError) -> Beginning {
        let gap: (reason: String, offset: Int64, metadata: OffsetMetadata?)
        if let committed {
            let place = OffsetMetadata.Place(
                cluster: cluster, topic: topics.input, partition: partition, offset: committed)
            switch Self.read(self.metadata ?? [], for: place) {
            case .success(let metadata):
                if committed > inputEnd {
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
                    return .from(StoredPlace(offset: committed, metadata: metadata, stateEnd: stateEnd))
                }
            case .failure(let refusal):
                gap = (
                    "the metadata beside the committed offset \(committed) of group \(topics.group) \(refusal.words)",
                    (inputStart...max(inputStart, inputEnd)).contains(committed) ? committed : begin, nil
                )
            }
        } else {
            guard holdsState else { return .anew(begin, stateEnd: stateEnd) }
            gap = (
                "\(topics.state) holds state but group \(topics.group) has no committed offset (reset, expired, or the "
                    + "input topic was recreated)", begin, nil
            )
        }
        guard onGap == .continueFromSnapshot else {
            throw EngineError(.data, "partition \(partition): \(gap.reason). \(topics.remedy(at: gap.offset))")
        }
        guard let metadata = gap.metadata else {
            return .from(.afterGap(gap.reason, at: gap.offset, stateEnd: stateEnd))
        }
        try check(metadata, topics)
        return .from(StoredPlace(offset: gap.offset, metadata: metadata, stateEnd: stateEnd, gap: gap.reason))
    }

    private static func read(
        _ bytes: [UInt8], for place: OffsetMetadata.Place
    ) -> Result<OffsetMetadata, OffsetMetadata.Refusal> {
        do throws(OffsetMetadata.Refusal) { return .success(try OffsetMetadata(encoded: bytes, for: place)) } catch {
            return .failure(error)
        }
    }

    private func check(_ metadata: OffsetMetadata, _ topics: TopicNames) throws(EngineError) {
        guard metadata.stateLowerBound > stateEnd else { return }
        throw EngineError(
            .data,
            "partition \(partition): \(topics.state) ends at \(stateEnd), before the state that the committed metadata "
                + "name (\(metadata.stateLowerBound)): was it recreated? Restore it, or \(topics.resetRemedy)")
    }
}
