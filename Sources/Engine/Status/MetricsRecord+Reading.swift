import EventFormats
import OnlineLearning
import Text

extension MetricsRecord {
    /// Reads what `json` wrote; nil where it is something else. What a later version adds is passed over.
    init?(_ json: JSON, features: [String]) {
        guard let partition = json["partition"]?.whole, let instance = json["instance"]?.string,
            let number = Int32(exactly: partition)
        else { return nil }
        self.partition = number
        self.instance = instance
        status = EngineStatus.TaskStatus()
        status.state = .running
        status.offset = json["offset"]?.whole ?? 0
        status.committed = status.offset
        status.end = json["end"]?.whole
        status.events = json["taken"]?.count ?? 0
        status.deadLetters = Dictionary(
            (json["dead_letters"]?.members ?? []).map { ($0.key, $0.value.count ?? 0) }, uniquingKeysWith: { $1 })
        status.driftEvents = json["drift_events"]?.count ?? 0
        status.decisions = json["decisions"]?.count ?? 0
        status.snapshot = json["snapshot"]?.count ?? 0
        status.snapshotBytes = Int(json["snapshot_bytes"]?.whole ?? 0)
        status.memoryBytes = Int(json["memory_bytes"]?.whole ?? 0)
        if let inputs = json["inputs"] {
            status.inputs = InputCounts.Values(
                events: inputs["looked_at"]?.count ?? 0,
                missing: features.map { inputs["without_value"]?[$0]?.count ?? 0 })
        }
        if let influence = json["influence"] {
            status.influence = features.map { influence[$0]?.double ?? 0 }
        }
        status.unseen = (json["unseen"]?.elements ?? []).map {
            UnseenFields.Field(
                role: $0["role"]?.string ?? "", name: $0["name"]?.string ?? "", meant: $0["meant"]?.string)
        }
        status.report = PipelineReport(json)
    }
}
