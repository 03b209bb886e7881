import Console
import Engine
import EventFormats
import Foundation
import KafkaClient
import StreamGenerators
import Text
import Topology

/// `millrace generate`: a stream, or a file's rows, to stdout, a file or a topic.
enum GenerateCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        if let labels = try LabelGeneration(invocation) { return try labels.run() }
        let source = try source(invocation)
        let pace = Pace(perSecond: try invocation.text("rate").map { try Pace.perSecond($0) })
        if let topic = invocation.text("topic") {
            if invocation.has("output") {
                throw CommandFailure(.usage, "millrace: `--topic` and `--output` exclude each other")
            }
            let writer = try TopicWriter(
                KafkaConfiguration(bootstrap: invocation.bootstrap), topic: topic,
                partitions: invocation.integer("partitions"))
            let count = try copy(source, pace, topic, pause: { try writer.send() }, write: { try writer.write($0) })
            try writer.finish()
            Terminal.printError("\(Numbers.grouped(count)) records in \(topic)")
        } else {
            let file = try OutputFile(invocation.text("output") ?? "-")
            let arena = ByteArena(capacity: 1 << 17)
            let flush = {
                try file.write(arena.bytes)
                arena.reset()
            }
            _ = try copy(source, pace, "generate", pause: flush) { record in
                arena.append(record)
                arena.append(0x0a)
                if arena.count > 1 << 16 { try flush() }
            }
            try flush()
            try file.close()
        }
        return .done
    }

    private static func copy(
        _ source: any RecordSource, _ pace: Pace, _ title: String, pause: () throws -> Void,
        write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        let progress = Progress(title)
        var count = 0
        while true {
            var due = pace.due(after: count)
            while due > 0 {
                guard let record = try source.next()?.value else {
                    progress.finish(count)
                    return count
                }
                try write(record)
                count += 1
                due -= 1
                if count & 1023 == 0 { progress.update(count) }
            }
            try pause()
            progress.update(count)
            pace.wait(after: count)
        }
    }

    private static func source(_ invocation: Invocation) throws -> any RecordSource {
        if invocation.has("like"), !invocation.has("input") {
            throw CommandFailure(.usage, "millrace: `--like TOPOLOGY` says how to read a file: it needs --input FILE")
        }
        if let input = invocation.text("input") {
            guard invocation.operands.isEmpty, !invocation.has("seed"), !invocation.has("param"),
                !isCSV(invocation)
            else {
                throw CommandFailure(
                    .usage, "millrace: `--input` is written as JSON: it takes no STREAM, --seed, --param or CSV output")
            }
            try invocation.requireInput(input)
            let topology = try invocation.text("like").map { try invocation.topology($0) }
            let file = try FileRecords(path: input, topology: topology)
            for remark in file.remarks { Terminal.printError(Printable.text(remark)) }
            let missing =
                invocation.text("missing").map {
                    $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                } ?? topology?.decoder.missing
            let rows: any RecordSource =
                switch file.layout.format {
                case .csv: RowsAsJSON(file, missing: missing ?? EventFormat.csv.missingWords)
                case .json: CheckedJSON(file)
                }
            return Limited(rows, count: invocation.integer("events") ?? .max)
        }
        guard let name = invocation.operands.first else {
            throw CommandFailure(
                .usage, "millrace: needs a STREAM (\(StreamCatalog.names.joined(separator: ", "))) or --input FILE")
        }
        let parameters = try parameters(invocation)
        let stream: any EventStream
        do throws(StreamError) {
            stream = try StreamCatalog.make(name, seed: UInt64(invocation.integer("seed") ?? 1), parameters: parameters)
        } catch { throw CommandFailure(.usage, "millrace: \(error.message)") }
        let count = invocation.integer("events") ?? 1000
        // A topic has no header line; columns go into the topology.
        return isCSV(invocation)
            ? CSVRecords(stream, count: count, hasHeader: !invocation.has("topic"))
            : GeneratedRecords(stream, count: count)
    }

    private static func isCSV(_ invocation: Invocation) -> Bool {
        if let format = invocation.text("format") { return format == "csv" }
        return invocation.text("output")?.hasSuffix(".csv") == true
    }

    static func parameters(_ invocation: Invocation) throws(CommandFailure) -> [String: String] {
        var parameters: [String: String] = [:]
        for text in invocation.texts("param") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw CommandFailure(.usage, "millrace: `--param \(text)`: needs NAME=VALUE")
            }
            parameters[parts[0]] = parts[1]
        }
        return parameters
    }
}

/// The first records of a source.
private final class Limited: RecordSource {
    private let source: any RecordSource
    private var left: Int

    init(_ source: any RecordSource, count: Int) {
        self.source = source
        left = count
    }

    var layout: EventLayout { source.layout }
    var fraction: Double? { source.fraction }

    func next() throws -> RawRecord? {
        guard left > 0 else { return nil }
        left -= 1
        return try source.next()
    }
}

/// A generated stream as CSV, its header first.
private final class CSVRecords: RecordSource {
    private var serializer: EventSerializer
    private var left: Int
    private var isFirst: Bool
    private let arena = ByteArena()
    private var bytes: [UInt8] = []

    init(_ stream: any EventStream, count: Int, hasHeader: Bool) {
        serializer = EventSerializer(stream, format: .csv)
        isFirst = hasHeader
        left = count
    }

    var layout: EventLayout { EventLayout(.csv) }
    var fraction: Double? { nil }

    func next() -> RawRecord? {
        arena.reset()
        if isFirst {
            isFirst = false
            arena.append(text: serializer.header())
            return RawRecord(value: arena.bytes)
        }
        guard left > 0 else { return nil }
        left -= 1
        bytes.removeAll(keepingCapacity: true)
        serializer.writeNext(into: &bytes)
        bytes.withUnsafeBytes { arena.append($0) }
        return RawRecord(value: arena.bytes)
    }
}

extension GenerateCommand: ProgramCommand {
    static let command = Command(
        "generate", "Write a stream to stdout, a file or a topic",
        details: """
            Streams of the literature and card payments with a drifting fraud pattern; or, with --input, the rows of a \
            CSV or JSON file as JSON records, cells read as `evaluate` reads them: what cannot be read ends it, with \
            file, line and column. On a topic the key is the row's number and row i goes to partition i modulo \
            their count.
            """,
        operands: .optionalChoice("STREAM", Listing.streamNames),
        options: [
            Option("events", short: "n", .integer(1...Int.max), "How many; 1000 unless given, all rows of --input"),
            Option("rate", short: "r", .text("N/s"), "Events per second; else as fast as possible"),
            Option(
                "param", .text("NAME=VALUE"), isRepeatable: true,
                "Set a parameter of the stream; `describe STREAM` lists them"),
            Option("seed", .integer(0...Int.max), "Another seed, another stream; 1 unless given"),
            Option("format", .choice(["json", "csv"]), "json unless given or the output ends in .csv"),
            Option("output", short: "o", .file, "Write to a file"),
            Option("topic", short: "t", .text("TOPIC"), "Produce to a topic, idempotently"),
            Option(
                "partitions", .integer(1...10_000),
                "Create the topic with that many where it is missing; 1 unless given"),
            Option(
                "input", short: "i", .file, "Take the rows of a CSV or JSON file, which may be compressed; - is stdin"),
            Option(
                "missing", .text("WORDS"),
                "With --input: words of a CSV file that stand for no value, separated by commas; "
                    + EventFormat.csv.missingWords.joined(separator: ",") + " unless given"),
            Option(
                "like", .file,
                "With --input: read it as this topology does: columns without a header, separator, missing words"),
            Option("label-topic", .text("TOPIC"), "With --topic: the labels go into a topic of their own, later"),
            Option("labels", .file, "With --output: the labels go into a file of their own"),
            Option(
                "label-delay", .text("TIME"),
                "How long labels take after their events, in event time: 2d, or evenly from a range: 1d..7d; 1d unless given"
            ),
            .bootstrap,
        ],
        examples: [
            "millrace generate fraud --events 10000 > fraud.jsonl",
            "millrace generate fraud --output payments.jsonl --labels chargebacks.jsonl --label-delay 1d..7d",
            "millrace generate --input electricity.csv --topic electricity --partitions 4 --rate 5000/s",
        ])
}
