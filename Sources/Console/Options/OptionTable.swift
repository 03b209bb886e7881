/// What may follow an option.
public enum OptionValue: Sendable, Equatable {
    /// Nothing: the option is there or not.
    case flag
    /// Any text; the word is the placeholder in help.
    case text(String)
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A file; the shell completes names.
    case file
    /// One of the words.
    case choice([String])

    /// What help prints behind the option's name.
    public var placeholder: String? {
        switch self {
        case .flag: nil
        case .text(let word): word
        case .integer: "N"
        case .file: "FILE"
        case .choice(let words): words.count <= 4 ? words.joined(separator: "|") : "NAME"
        }
    }
}

/// One option of a command.
public struct Option: Sendable, Equatable {
    /// The long name without its dashes.
    public let name: String
    /// The one-letter name, or nil.
    public let short: Character?
    /// What follows it.
    public let value: OptionValue
    /// One sentence, without a full stop.
    public let summary: String
    /// Whether it may be given more than once.
    public let isRepeatable: Bool
    /// What it was called before, which is refused with the new name.
    public let formerName: String?

    /// An option with a long name and, where it is used often, a letter.
    public init(
        _ name: String, short: Character? = nil, _ value: OptionValue, isRepeatable: Bool = false,
        formerName: String? = nil, _ summary: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.isRepeatable = isRepeatable
        self.formerName = formerName
        self.summary = summary
    }
}

/// One command: its words, what it takes and what it does.
public struct Command: Sendable, Equatable {
    /// What stands beside the options.
    public enum Operands: Sendable, Equatable {
        case none
        /// Up to one file.
        case optionalFile
        /// Exactly one file.
        case file
        /// One or more files.
        case files
        /// A file and a name.
        case fileAnd(String)
        /// A file and up to one name.
        case fileAndOptional(String)
        /// A file, a name and up to one more.
        case fileAndPair(String, String)
        /// Up to one of the words.
        case optionalChoice(String, [String])
        /// Exactly one of the words.
        case choice(String, [String])

        var usage: String {
            switch self {
            case .none: ""
            case .optionalFile: "[FILE]"
            case .file: "FILE"
            case .files: "FILE…"
            case .fileAnd(let placeholder): "FILE \(placeholder)"
            case .fileAndOptional(let placeholder): "FILE [\(placeholder)]"
            case .fileAndPair(let first, let second): "FILE \(first) [\(second)]"
            case .optionalChoice(let placeholder, _): "[\(placeholder)]"
            case .choice(let placeholder, _): placeholder
            }
        }

        var range: ClosedRange<Int> {
            switch self {
            case .none: 0...0
            case .optionalFile, .optionalChoice: 0...1
            case .file, .choice: 1...1
            case .files: 1...Int.max
            case .fileAnd: 2...2
            case .fileAndOptional: 1...2
            case .fileAndPair: 2...3
            }
        }

        var words: [String] {
            switch self {
            case .optionalChoice(_, let words), .choice(_, let words): words
            default: []
            }
        }

        var isFile: Bool {
            switch self {
            case .optionalFile, .file, .files, .fileAnd, .fileAndOptional, .fileAndPair: true
            default: false
            }
        }
    }

    /// The words that call it, with one blank between: `run`, `state ls`.
    public let name: String
    /// One sentence for lists, without a full stop.
    public let summary: String
    /// Sentences for its own help.
    public let details: String
    /// What stands beside the options.
    public let operands: Operands
    /// Its own options.
    public let options: [Option]
    /// Whole command lines to learn from.
    public let examples: [String]

    /// A command.
    public init(
        _ name: String, _ summary: String, details: String = "", operands: Operands = .none, options: [Option] = [],
        examples: [String] = []
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.operands = operands
        self.options = options
        self.examples = examples
    }
}

/// The whole command line of a program as data: parsing, help, completions and docs are made from it.
public struct OptionTable: Sendable {
    /// The program's name.
    public let program: String
    /// One sentence.
    public let summary: String
    /// Commands in the order of help.
    public let commands: [Command]
    /// Options that every command takes.
    public let common: [Option]

    /// A table; `--help` is added to `common`.
    public init(program: String, summary: String, commands: [Command], common: [Option] = []) {
        self.program = program
        self.summary = summary
        self.commands = commands
        self.common = common + [Option("help", short: "h", .flag, "Print help and exit")]
    }

    /// All options of a command, its own first.
    public func options(of command: Command) -> [Option] { command.options + common }

    /// The command of that name, or nil.
    public func command(_ name: String) -> Command? { commands.first { $0.name == name } }
}

/// What a command line asked for.
public struct Invocation: Sendable, Equatable {
    /// The command's name as in the table.
    public let command: String
    /// What stood beside the options, in order.
    public let operands: [String]
    let values: [String: [String]]

    /// Whether a flag, or any option, was given.
    public func has(_ option: String) -> Bool { values[option] != nil }

    /// The last value of an option, or nil.
    public func text(_ option: String) -> String? { values[option]?.last }

    /// All values of an option, in order.
    public func texts(_ option: String) -> [String] { values[option] ?? [] }

    /// The last value of an integer option, checked before; nil where it is absent.
    public func integer(_ option: String) -> Int? { text(option).flatMap { Int($0) } }
}

/// What a command line means.
public enum ParsedCommand: Sendable, Equatable {
    case run(Invocation)
    /// Help was asked for: of one command, or of the program.
    case help(String?)
    case version
}
