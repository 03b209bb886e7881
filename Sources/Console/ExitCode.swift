/// What the process tells its caller when it ends; sysexits numbers, so that scripts can tell causes apart.
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done, also after SIGTERM.
    case done = 0
    /// Findings of lint, validate or test.
    case findings = 1
    /// The command line was wrong.
    case usage = 64
    /// An input file is missing, or what it holds is wrong.
    case inputData = 65
    /// A broker or a topic is not to be had.
    case unavailable = 69
    /// Our fault.
    case software = 70

    /// What the code means, for the docs.
    public var summary: String {
        switch self {
        case .done: "done, also after SIGTERM"
        case .findings: "findings of lint or test"
        case .usage: "the command line was wrong"
        case .inputData: "an input file is missing or wrong"
        case .unavailable: "a broker or a topic is not to be had"
        case .software: "our fault"
        }
    }
}

/// An error that ends a program with a message on stderr and a code.
public struct CommandFailure: Error, Equatable {
    /// The process's exit code.
    public var code: ExitCode
    /// One or more lines, without a final line break.
    public var message: String

    /// A failure with its code and text.
    public init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
