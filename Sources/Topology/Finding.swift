/// One mistake in a topology, with its place.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// Whether a topology with this finding may run.
    public enum Severity: String, Sendable, CaseIterable {
        /// It may not run.
        case error
        /// It runs, but probably not as meant.
        case warning
    }
    /// The topology's file, or `--set PATH` for a mistake in an override.
    public var file: String
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int
    /// How bad it is.
    public var severity: Severity
    /// What is wrong, in words, without the place.
    public var message: String
    /// The nearest right word, or nil.
    public var suggestion: String?

    /// A finding at a place.
    public init(
        file: String, line: Int, column: Int, severity: Severity = .error, message: String, suggestion: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
        self.suggestion = suggestion
    }

    /// `file:line:column: message (did you mean 'word'?)`, the form that editors and CI understand.
    public var description: String {
        let word = severity == .warning ? "warning: " : ""
        let hint = suggestion.map { " (did you mean '\($0)'?)" } ?? ""
        return "\(file):\(line):\(column): \(word)\(message)\(hint)"
    }
}

/// All mistakes of a topology at once, in the order of their places.
public struct TopologyErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one.
    public var findings: [Finding]

    /// An error of these findings.
    public init(_ findings: [Finding]) { self.findings = findings }

    /// One finding per line.
    public var description: String { findings.map { $0.description }.joined(separator: "\n") }
}
