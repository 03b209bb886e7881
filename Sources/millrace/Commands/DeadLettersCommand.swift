import Console
import Engine
import Text

/// What `dead-letters show` and `dead-letters replay` choose letters by.
private struct LetterChoice {
    let code: String?
    let partition: Int?
    let most: Int

    init(_ invocation: Invocation, most standard: Int) {
        code = invocation.text("code")
        partition = invocation.integer("partition")
        most = invocation.integer("limit") ?? standard
    }

    func read(_ archive: DeadLetterArchive) throws -> [DeadLetterArchive.Letter] {
        var letters: [DeadLetterArchive.Letter] = []
        try archive.read { (letter) throws(EngineError) in
            if code ?? letter.code == letter.code, partition ?? Int(letter.partition) == Int(letter.partition) {
                letters.append(letter)
            }
            return letters.count < most
        }
        return letters
    }

    static let options = [
        Option("code", .text("CODE"), "Only letters with this code"),
        Option("partition", .integer(0...1_000_000), "Only letters of this partition"),
    ]
}

/// `millrace dead-letters ls`: how many records were refused, and why.
enum DeadLettersCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let archive = try DeadLetterArchive(try invocation.topology(invocation.operands[0]))
        var kinds: [String: (count: Int, last: DeadLetterArchive.Letter)] = [:]
        try archive.read { (letter) throws(EngineError) in
            kinds[letter.code] = ((kinds[letter.code]?.count ?? 0) + 1, letter)
            return true
        }
        let sorted = kinds.sorted { $0.key < $1.key }
        if invocation.has("json") {
            let list = sorted.map { code, kind -> JSON in
                [
                    "code": .text(code), "count": .integer(Int64(kind.count)), "message": .text(kind.last.message),
                    "last": .text(kind.last.place),
                ]
            }
            Terminal.print(JSON.array(list).pretty)
            return .done
        }
        if sorted.isEmpty { Terminal.printError("no dead letters") }
        for (code, kind) in sorted {
            Terminal.print(
                "\(Numbers.grouped(kind.count))  \(Printable.text(code))  \(Printable.text(kind.last.message))  last: "
                    + Printable.text(kind.last.place))
        }
        return .done
    }

    static let command = Command(
        "dead-letters ls", "Count the records that could not be used, by reason",
        details: "Reads NAME-dead-letters as it is now. The code and the sentence are those of the record's headers.",
        operands: .file, options: [.json, .set], examples: ["millrace dead-letters ls topology.yaml"])
}

/// `millrace dead-letters show`: records that were refused, as they came.
enum ShowDeadLettersCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let archive = try DeadLetterArchive(try invocation.topology(invocation.operands[0]))
        let letters = try LetterChoice(invocation, most: 10).read(archive)
        if invocation.has("json") {
            Terminal.print(JSON.array(letters.map(\.json)).pretty)
            return .done
        }
        if letters.isEmpty { Terminal.printError("no dead letters") }
        for letter in letters {
            Terminal.print(
                "\(Printable.text(letter.place))  \(Printable.text(letter.code)): \(Printable.text(letter.message))")
            Terminal.print("    " + (letter.valueText.map { Printable.text($0) } ?? "no value"))
        }
        return .done
    }

    static let command = Command(
        "dead-letters show", "Print records that could not be used, as they came",
        operands: .file,
        options: LetterChoice.options + [
            Option("limit", .integer(1...100_000), "How many at most; 10 unless given"), .json, .set,
        ],
        examples: ["millrace dead-letters show topology.yaml --code wrong_type --limit 3"])
}

/// `millrace dead-letters replay`: refused records once more into their topic.
enum ReplayDeadLettersCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let archive = try DeadLetterArchive(try invocation.topology(invocation.operands[0]))
        let found = try LetterChoice(invocation, most: .max).read(archive)
        let whole = found.filter { !$0.isCut && !$0.source.topic.isEmpty }
        if whole.count < found.count {
            Terminal.printError(
                "\(found.count - whole.count) are not whole here, and are left out: they stand in their topic")
        }
        guard invocation.has("yes") else {
            Terminal.print("would send \(Numbers.grouped(whole.count)) records to where they came from")
            Terminal.printError("nothing was sent: give --yes")
            return .done
        }
        Terminal.print("sent \(Numbers.grouped(try archive.send(whole))) records to where they came from")
        return .done
    }

    static let command = Command(
        "dead-letters replay", "Send records that could not be used into their topic once more",
        details: """
            As they came, behind what is there now: after the topology, or what wrote them, was corrected. They are new records \
            for every reader of that topic, and sending them twice makes them two. Without --yes it says how many.
            """,
        operands: .file, options: LetterChoice.options + [Option("yes", .flag, "Do it"), .set],
        examples: ["millrace dead-letters replay topology.yaml --code unknown_class --yes"])
}

extension DeadLetterArchive.Letter {
    /// The record that it was, as in `source` of predictions.
    fileprivate var place: String { "\(source.topic)-\(source.partition)-\(source.offset)" }

    fileprivate var valueText: String? { value.map { String(decoding: $0.prefix(2000), as: UTF8.self) } }

    fileprivate var json: JSON {
        [
            "source": .text(place), "partition": .integer(Int64(partition)), "offset": .integer(offset),
            "code": .text(code), "message": .text(message),
            "key": key.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .null,
            "value": value.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .null, "cut": .bool(isCut),
        ]
    }
}
