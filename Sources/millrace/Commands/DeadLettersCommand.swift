import Console
import Engine
import Text

/// What `dead-letters show` and `dead-letters replay` choose letters by.
private struct LetterChoice {
    let code: String?
    let partition: Int32?

    init(_ invocation: Invocation) {
        code = invocation.text("code")
        partition = invocation.integer("partition").map { Int32($0) }
    }

    /// Gives each letter until `take` answers false.
    func read(
        _ archive: DeadLetterArchive, _ take: (DeadLetterArchive.Letter) throws -> Bool
    ) throws {
        try archive.read(of: partition) { letter in
            code ?? letter.code == letter.code ? try take(letter) : true
        }
    }

    static let options = [
        Option("code", .text("CODE"), "Only letters with this code"),
        Option("partition", .integer(0...1_000_000), "Only letters of this partition"),
    ]
}

/// `millrace dead-letters ls`: how many records were refused, and why.
enum DeadLettersCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let archive = DeadLetterArchive(try invocation.topology(invocation.operands[0]))
        var kinds: [String: (count: Int, last: DeadLetterArchive.Letter)] = [:]
        try archive.read { letter in
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
        let archive = DeadLetterArchive(try invocation.topology(invocation.operands[0]))
        let most = invocation.integer("limit") ?? 10
        var letters: [DeadLetterArchive.Letter] = []
        try LetterChoice(invocation).read(archive) { letter in
            letters.append(letter)
            return letters.count < most
        }
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
        let archive = DeadLetterArchive(try invocation.topology(invocation.operands[0]))
        let isMeant = invocation.has("yes")
        var (count, parts) = (0, 0)
        var piece: [DeadLetterArchive.Letter] = []
        try LetterChoice(invocation).read(archive) { letter in
            guard !letter.isCut, !letter.source.topic.isEmpty, letter.source.partition >= 0 else {
                parts += 1
                return true
            }
            if isMeant { piece.append(letter) } else { count += 1 }
            if piece.count == Self.piece {
                count += try archive.send(piece, after: count)
                piece = []
            }
            return true
        }
        if !piece.isEmpty { count += try archive.send(piece, after: count) }
        if parts > 0 { Terminal.printError("\(parts) are not whole here, and are left out: they stand in their topic") }
        Terminal.print("\(isMeant ? "sent" : "would send") \(Numbers.grouped(count)) records to where they came from")
        if !isMeant { Terminal.printError("nothing was sent: give --yes") }
        return .done
    }

    /// Letters that are held at a time.
    private static let piece = 5000

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
