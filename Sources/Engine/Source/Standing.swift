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
}

/// A task's committed place: what a restore has to reach.
struct StoredPlace: Equatable, Sendable {
    var offset: Int64
    var metadata: OffsetMetadata
    /// The end of the state partition when it was looked up.
    var stateEnd: Int64
}

/// How a partition begins.
enum Beginning: Equatable {
    /// For the first time, at this offset.
    case anew(Int64, stateEnd: Int64)
    case from(StoredPlace)
}

extension Standing {
    /// Decides how the partition begins; throws where no answer would be right, with the remedy. Never guesses.
    func beginning(_ topics: TopicNames, cluster: String) throws(EngineError) -> Beginning {
        guard let committed else {
            guard !holdsState else {
                throw EngineError(
                    .data,
                    "partition \(partition): \(topics.state) holds state but group \(topics.group) has no committed "
                        + "offset (expired, or the input topic was recreated). Delete \(topics.state) to begin anew, or "
                        + "use another name")
            }
            return .anew(begin, stateEnd: stateEnd)
        }
        let place = OffsetMetadata.Place(
            cluster: cluster, topic: topics.input, partition: partition, offset: committed)
        let metadata: OffsetMetadata
        do throws(OffsetMetadata.Refusal) {
            metadata = try OffsetMetadata(encoded: self.metadata ?? [], for: place)
        } catch {
            throw EngineError(
                .data,
                "partition \(partition): the metadata beside the committed offset \(committed) of group \(topics.group) "
                    + "\(error.words). Delete the group's offsets and the topic \(topics.state), or begin anew under "
                    + "another name")
        }
        guard committed <= inputEnd else {
            throw EngineError(
                .data,
                "partition \(partition): committed offset \(committed) is beyond the end \(inputEnd) of \(topics.input): "
                    + "was the topic recreated? Restore it, or begin anew under another name")
        }
        guard committed >= inputStart else {
            throw EngineError(
                .data,
                "partition \(partition) of \(topics.input): the committed offset \(committed) is not in the log any more, "
                    + "which begins at \(inputStart) (retention). Restore it, or begin anew under another name")
        }
        guard metadata.stateLowerBound <= stateEnd else {
            throw EngineError(
                .data,
                "partition \(partition): \(topics.state) ends at \(stateEnd), before the state that the committed metadata "
                    + "name (\(metadata.stateLowerBound)): was it recreated? Restore it, or begin anew under another name"
            )
        }
        return .from(StoredPlace(offset: committed, metadata: metadata, stateEnd: stateEnd))
    }
}
