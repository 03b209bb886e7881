/// The topics that belong to a topology beside its input and its predictions: one list for what is created, checked and
/// told.
public enum SideTopic: String, Sendable, CaseIterable {
    case drift, decisions, metrics, control, state, journal, examples
    case deadLetters = "dead-letters"

    /// Those that are written today; the others' names are kept for them. With one input the journal holds operators'
    /// commands alone.
    public static let written: [SideTopic] = [.drift, .decisions, .metrics, .deadLetters, .state, .journal]

    /// Those that `run` makes: what it writes, and where it takes commands from.
    public static let made = written + [.control]

    /// Its name.
    public func name(of topology: String) -> String { "\(topology)-\(rawValue)" }
}
