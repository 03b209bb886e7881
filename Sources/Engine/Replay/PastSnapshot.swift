import KafkaClient
import OnlineLearning

/// A snapshot that a task can be brought back from, and where the topics have what is needed for that.
struct PastSnapshot: Equatable, Sendable {
    /// The task's transaction.
    var sequence: UInt64
    /// The next input offset, and the events before it.
    var inputOffset: Int64
    var events: UInt64
    /// The Kafka timestamp of the last event before it, or `Int64.min`: not known.
    var time = Int64.min
    /// Its records are at or behind this offset of the state partition; what was journaled since, of the journal partition.
    var stateLowerBound: Int64
    var journalLowerBound: Int64
}

extension StoredTasks {
    /// What a task can be brought back from, oldest first: what `history` keeps, and the two newest snapshots; and the newest
    /// one's manifest.
    ///
    /// Cost: reading the two newest.
    func snapshots(
        of partition: Int32, _ place: StoredPlace
    ) throws(EngineError) -> (all: [PastSnapshot], newest: Manifest?) {
        var found: [Manifest] = []
        let (cluster, metadata) = (cluster, place.metadata)
        do throws(KafkaError) {
            try reader.scan(topics.state, partition, from: metadata.stateLowerBound) { record in
                guard let key = record.key, let value = record.value,
                    String(decoding: key, as: UTF8.self).hasPrefix("\(partition)/manifest/"),
                    let manifest = try? Manifest(decoding: Array(value), cluster),
                    manifest.sequence <= metadata.sequence, manifest.inputOffset <= place.offset
                else { return true }
                found.append(manifest)
                return true
            }
        } catch { throw EngineError(error, "reading \(topics.state) [\(partition)]") }
        found.sort { $0.sequence < $1.sequence }
        let kept = found.last?.kept ?? []
        let newest = found.suffix(2).filter { manifest in !kept.contains { $0.past.sequence == manifest.sequence } }
        let all =
            kept.map(\.past)
            + newest.map {
                PastSnapshot(
                    sequence: $0.sequence, inputOffset: $0.inputOffset, events: $0.events,
                    stateLowerBound: metadata.stateLowerBound, journalLowerBound: metadata.journalLowerBound)
            }
        return (all.sorted { $0.sequence < $1.sequence }, found.last)
    }
}
