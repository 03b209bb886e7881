import EventFormats
import OnlineLearning
import Text

/// A record of `<name>-metrics`: what a task says of itself with a commit, every ten seconds.
///
/// For programs that watch, for the page after a restart, and for the page of the group's other processes. Its time is the
/// Kafka record's; its figures are those of the transaction that it stands in.
struct MetricsRecord {
    /// Bytes that the topic must take; a record says less of its inputs before it is larger.
    static let largest = 32 << 10
    private static let mostInputs = 100

    var partition: Int32
    /// The process that answers the partition.
    var instance: String
    var status: EngineStatus.TaskStatus

    /// As JSON: figures by arrival (`metrics`, `window`), and by event time where labels come by themselves.
    ///
    /// - Parameters:
    ///   - features: the schema's names, in its order.
    ///   - eventTime: the newest event's, in milliseconds since 1970, or `Int64.min`: left out.
    func json(topology: String, features: [String], eventTime: Int64) -> JSON {
        var members: [(String, JSON)] = [
            ("topology", .text(topology)), ("partition", .integer(Int64(partition))), ("instance", .text(instance)),
            ("offset", .integer(status.offset)), ("taken", .unsigned(status.events)),
        ]
        if eventTime != .min { members.append(("event_time", .integer(eventTime))) }
        if let end = status.end { members += [("end", .integer(end)), ("lag", .integer(max(0, end - status.offset)))] }
        if let report = status.report { members += report.members }
        if let labels = status.labels {
            members += [("labels", labels.json), ("metrics_by_event_time", labels.byEventTime)]
        }
        let letters = status.deadLetters.sorted { $0.key < $1.key }
        let missing = zip(features, status.inputs.missing).filter { $0.1 > 0 }.prefix(Self.mostInputs)
        let inputs: JSON = [
            "looked_at": .unsigned(status.inputs.events),
            "without_value": .object(missing.map { ($0.0, .unsigned($0.1)) }),
        ]
        let influence = zip(features, status.influence).sorted { $0.1 > $1.1 }.prefix(Self.mostInputs)
        if !influence.isEmpty {
            members.append(("influence", .object(influence.map { ($0.0, .number(($0.1 * 1000).rounded() / 1000)) })))
        }
        members += [
            ("dead_letters", .object(letters.map { ($0.key, .unsigned($0.value)) })),
            ("drift_events", .unsigned(status.driftEvents)), ("decisions", .unsigned(status.decisions)),
            ("inputs", inputs), ("unseen", .array(status.unseen.prefix(Self.mostInputs).map(Self.json))),
            ("snapshot", .unsigned(status.snapshot)), ("snapshot_bytes", .integer(Int64(status.snapshotBytes))),
            ("memory_bytes", .integer(Int64(status.memoryBytes))),
        ]
        return .object(members)
    }

    private static func json(_ field: UnseenFields.Field) -> JSON {
        ["role": .text(field.role), "name": .text(field.name), "meant": field.meant.map(JSON.text) ?? .null]
    }
}
