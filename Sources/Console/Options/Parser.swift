// getopt_long talks through global variables; `parsing` keeps threads apart.
@preconcurrency import CGetopt
import Synchronization
import Text

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

private let parsing = Mutex(())

extension OptionTable {
    /// What the arguments (without the program's name) mean.
    ///
    /// Options and operands may be mixed; `--` ends the options; unique beginnings of long names are understood.
    /// - Throws: `CommandFailure` with `.usage` and a suggestion.
    public func parse(_ arguments: [String]) throws(CommandFailure) -> ParsedCommand {
        guard let first = arguments.first else { throw usage("a command is missing", command: nil) }
        if first == "--version" || first == "version" { return .version }
        if first == "--help" || first == "-h" { return .help(nil) }
        if first == "help" { return try help(Array(arguments.dropFirst())) }
        let (command, words) = try find(arguments)
        let (values, operands) = try read(Array(arguments.dropFirst(words)), command)
        if values["help"] != nil { return .help(command.name) }
        try check(operands, command)
        return .run(Invocation(command: command.name, operands: operands, values: values))
    }

    private func help(_ words: [String]) throws(CommandFailure) -> ParsedCommand {
        if words.isEmpty { return .help(nil) }
        return .help(try find(words).0.name)
    }

    private func find(_ arguments: [String]) throws(CommandFailure) -> (Command, Int) {
        for words in [2, 1] where arguments.count >= words {
            if let command = command(arguments.prefix(words).joined(separator: " ")) { return (command, words) }
        }
        let first = arguments[0]
        let group = commands.filter { $0.name.hasPrefix(first + " ") }.map { $0.name }
        if !group.isEmpty, arguments.count < 2 || arguments[1].hasPrefix("-") {
            if arguments.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
                return (command(group[0])!, 1)
            }
            throw usage("`\(first)` needs one more word: \(group.joined(separator: ", "))", command: nil)
        }
        let given = group.isEmpty ? first : arguments.prefix(2).joined(separator: " ")
        let near = Suggestion.nearest(to: given, in: commands.map { $0.name })
        let what = given.hasPrefix("-") ? "option `\(given)` before a command" : "command `\(given)`"
        throw usage("unknown \(what)\(Suggestion.text(near))", command: nil)
    }

    private func read(_ arguments: [String], _ command: Command) throws(CommandFailure) -> (
        [String: [String]], [String]
    ) {
        let options = options(of: command)
        var values: [String: [String]] = [:]
        var operands: [String] = []
        for item in Self.scan([program] + arguments, options) {
            switch item {
            case .operand(let text): operands.append(text)
            case .option(let index, let value):
                let option = options[index]
                if let value { try check(value, option, command) }
                guard values[option.name] == nil || option.isRepeatable || option.value == .flag else {
                    throw usage("option `--\(option.name)` is given twice", command: command)
                }
                values[option.name, default: []].append(value ?? "")
            case .missing(let text): throw usage("option `\(text)` needs a value", command: command)
            case .unknown(let text):
                let name = text.split(separator: "=", maxSplits: 1).first.map(String.init) ?? text
                let isKnown = options.contains { "--\($0.name)" == name }
                if isKnown { throw usage("option `\(name)` takes no value", command: command) }
                if let renamed = options.first(where: { $0.formerName.map { "--\($0)" } == name }) {
                    throw usage("option `\(name)` is called `--\(renamed.name)` now", command: command)
                }
                let near = Suggestion.nearest(to: name, in: options.map { "--\($0.name)" })
                throw usage("unknown option `\(name)`\(Suggestion.text(near))", command: command)
            }
        }
        return (values, operands)
    }

    private enum Scanned {
        case option(Int, String?)
        case operand(String)
        case missing(String)
        case unknown(String)
    }

    /// One pass of getopt_long; values of `val` are the option's index + 256, so they never meet a letter.
    private static func scan(_ arguments: [String], _ options: [Option]) -> [Scanned] {
        parsing.withLock { _ in
            let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
            for (index, argument) in arguments.enumerated() { vector[index] = strdup(argument) }
            vector[arguments.count] = nil
            var long = options.enumerated().map { index, option in
                longOption(strdup(option.name), option.value == .flag ? 0 : 1, Int32(index + 256))
            }
            long.append(longOption(nil, 0, 0))
            defer {
                for index in arguments.indices { free(vector[index]) }
                vector.deallocate()
                for entry in long { free(UnsafeMutablePointer(mutating: entry.name)) }
            }
            // '-': operands come in order as code 1; ':': a missing value is told from an unknown option.
            var letters = "-:"
            for option in options {
                guard let short = option.short else { continue }
                letters += option.value == .flag ? "\(short)" : "\(short):"
            }
            opterr = 0
            #if canImport(Glibc)
            optind = 0
            #else
            optreset = 1
            optind = 1
            #endif
            var scanned: [Scanned] = []
            while true {
                let before = Int(optind)
                let code = getopt_long(Int32(arguments.count), vector, letters, long, nil)
                if code == -1 { break }
                let value = optarg.map { String(cString: $0) }
                let at = min(max(Int(optind) - 1, max(before, 1)), arguments.count - 1)
                switch code {
                case 1: scanned.append(.operand(value ?? ""))
                case Int32(UInt8(ascii: ":")): scanned.append(.missing(arguments[at]))
                case Int32(UInt8(ascii: "?")): scanned.append(.unknown(unknownText(arguments[at])))
                case 256...: scanned.append(.option(Int(code) - 256, value))
                default:
                    let index = options.firstIndex { $0.short?.asciiValue.map { Int32($0) } == code }
                    scanned.append(
                        index.map { .option($0, value) } ?? .unknown("-\(Character(UnicodeScalar(UInt8(code))))"))
                }
            }
            for index in Int(optind)..<max(arguments.count, Int(optind)) { scanned.append(.operand(arguments[index])) }
            return scanned
        }
    }

    /// Of a cluster like `-xy` the letter that is not known, else the argument.
    private static func unknownText(_ argument: String) -> String {
        guard !argument.hasPrefix("--"), optopt > 32, optopt < 127 else { return argument }
        return "-\(Character(UnicodeScalar(UInt8(optopt))))"
    }

    private func check(_ value: String, _ option: Option, _ command: Command) throws(CommandFailure) {
        switch option.value {
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                let upper = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
                throw usage(
                    "`--\(option.name) \(value)`: needs a whole number, \(range.lowerBound) \(upper)", command: command)
            }
        case .choice(let words):
            guard words.contains(value) else {
                let near = Suggestion.text(Suggestion.nearest(to: value, in: words))
                throw usage(
                    "`--\(option.name) \(value)`: must be one of \(words.joined(separator: ", "))\(near)",
                    command: command)
            }
        case .file, .text:
            if value.isEmpty { throw usage("option `--\(option.name)` needs a value", command: command) }
        case .flag: break
        }
    }

    private func check(_ operands: [String], _ command: Command) throws(CommandFailure) {
        let range = command.operands.range
        if operands.count < range.lowerBound { throw usage("\(command.operands.usage) is missing", command: command) }
        if operands.count > range.upperBound {
            throw usage("unexpected argument `\(operands[range.upperBound])`", command: command)
        }
        let words = command.operands.words
        if let given = operands.first, !words.isEmpty, !words.contains(given) {
            let near = Suggestion.nearestByParts(to: given, in: words)
            // Without a guess the words themselves help, where they are few.
            let list = near == nil && words.count <= 40 ? ": known are \(words.joined(separator: ", "))" : ""
            throw usage("unknown name `\(given)`\(Suggestion.text(near))\(list)", command: command)
        }
    }

    private func usage(_ message: String, command: Command?) -> CommandFailure {
        let help = command.map { "\(program) \($0.name) --help" } ?? "\(program) --help"
        return CommandFailure(.usage, "\(program): \(message)\ntry `\(help)`")
    }
}

private func longOption(_ name: UnsafeMutablePointer<CChar>?, _ takesValue: Int32, _ code: Int32) -> option {
    option(name: UnsafePointer(name), has_arg: takesValue, flag: nil, val: code)
}
