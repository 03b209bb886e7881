/// The topics that belong to a topology beside its input and its predictions: one list for what is created, checked and
/// told.
public enum SideTopic: String, Sendable, CaseIterable {
    case drift, decisions, metrics, control, state, journal, examples
    case deadLetters = "dead-letters"

    /// Those that are written today; the others' names are kept for them.
    public static let written: [SideTopic] = [.drift, .decisions, .metrics, .deadLetters, .state]

    /// Those that a topology writes.
    public static func written(by topology: TopologyPlan) -> [SideTopic] {
        written + (topology.labels == nil ? [] : [.journal])
    }

    /// Its name.
    public func name(of topology: String) -> String { "\(topology)-\(rawValue)" }
}
