/// The topics that belong to a topology beside its input and its predictions: one list for what is created, checked and
/// told.
public enum SideTopic: String, Sendable, CaseIterable {
    case drift, decisions, metrics, control, state, journal, examples
    case deadLetters = "dead-letters"

    /// Those that every topology writes. With one input the journal holds operators'
    /// commands alone.
    public static let written: [SideTopic] = [.drift, .decisions, .metrics, .deadLetters, .state, .journal]

    /// Those that `run` makes: what it writes, and where it takes commands from.
    public static let made = written + [.control]

    /// Those that a topology writes.
    public static func written(by topology: TopologyPlan) -> [SideTopic] {
        written + (topology.labels?.tellsExamples ?? false ? [.examples] : [])
    }

    /// Its name.
    public func name(of topology: String) -> String { "\(topology)-\(rawValue)" }
}
