import Console
import Engine
import EventFormats
import Foundation
import OnlineLearning
import Page
import Text
import Topology

/// `millrace evaluate`: a topology over a file or a topic, predicted first and learned then.
enum EvaluateCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let (topology, source, input) = try source(invocation)
        let predictions = try invocation.text("predictions").map { try OutputFile($0) }
        if let path = invocation.text("plot"), path != "-", !path.hasPrefix("/dev/"), !path.hasSuffix(".svg") {
            throw CommandFailure(
                .usage, "millrace: `--plot \(path)`: the picture is SVG: name a file that ends in .svg")
        }
        let plot = try invocation.text("plot").map { try OutputFile($0) }
        let report = try invocation.text("report").map { try OutputFile($0) }
        // Records on stdout are for a program: the result is for people then, on stderr.
        let isShared = ["predictions", "plot", "report"].contains { invocation.text($0) == "-" }
        if isShared, invocation.has("json") {
            throw CommandFailure(
                .usage, "millrace: `--json` prints to stdout: give `--predictions`, `--plot` and `--report` a file")
        }
        var evaluation = Evaluation(topology)
        evaluation.limit = invocation.integer("limit") ?? .max
        evaluation.curvePoints = invocation.has("plot") ? 400 : 0
        evaluation.coursePoints = report == nil ? 0 : 2000
        evaluation.without = try invocation.texts("without").map(span)
        evaluation.delay = try delay(invocation, topology)
        evaluation.order = try order(invocation, topology)
        evaluation.labels = evaluation.order == nil ? try labels(invocation, topology) : nil
        if let predictions { evaluation.predictions = { try predictions.write($0) } }
        let progress = Progress("evaluate \(topology.name)")
        evaluation.progress = { rows, fraction, _ in
            progress.update(rows, fraction.map { "\(Int($0 * 100)) %" } ?? "")
        }
        let result = try evaluation.run(source)
        progress.finish(result.rows)
        try predictions?.close()
        if let report {
            let name = input == "-" ? "standard input" : URL(fileURLWithPath: input).lastPathComponent
            try report.write(PageDocument(Situation(Subject(topology, source: name), result)).report())
            try report.close()
        }
        if let plot {
            try plot.write(LearningCurve.svg(result))
            try plot.close()
        }
        if invocation.has("json") {
            Terminal.print(result.json.pretty)
            for warning in RejectedText.warning(result) { Terminal.printError(warning) }
        } else if isShared {
            Terminal.printError(EvaluationText.text(result, label: topology.decoder.labelField, .error), terminator: "")
        } else {
            Terminal.print(EvaluationText.text(result, label: topology.decoder.labelField, .output), terminator: "")
        }
        guard result.report.events > 0 || result.rows == 0 else {
            let codes = result.deadLetters.map { "\($0.1) × \($0.0)" }.joined(separator: ", ")
            let first =
                result.rejected.first.first.map { ": \(Printable.text($0.place)): \(Printable.text($0.why.text))" }
                ?? ""
            throw CommandFailure(.inputData, "\(input): no row could be used (\(codes))\(first)")
        }
        if invocation.has("fail-on-rejected"), result.deadLetterCount > 0 {
            Terminal.printError("millrace: \(result.deadLetterCount) records were rejected (--fail-on-rejected)")
            return .findings
        }
        if invocation.has("fail-if-worse"), EvaluationVerdict(result: result).isWorse {
            Terminal.printError("millrace: a baseline does better (--fail-if-worse)")
            return .findings
        }
        return .done
    }

    /// `FROM..TO`, as a decision that learning goes on again names it.
    static func span(_ text: String) throws -> ClosedRange<UInt64> {
        let ends = text.components(separatedBy: "..").map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
            throw CommandFailure(
                .usage,
                "millrace: `--without \(text)`: give the numbers of the first and the last event, such as 9950..13650")
        }
        return first...last
    }

    private static func delay(_ invocation: Invocation, _ topology: TopologyPlan) throws -> LabelDelay? {
        guard let text = invocation.text("delay") else { return nil }
        guard let delay = LabelDelay(text) else {
            throw CommandFailure(
                .usage,
                "millrace: `--delay \(text)`: give a number of events, such as 1000, or a time, such as 90m or 7d")
        }
        if topology.labels != nil {
            throw CommandFailure(
                .usage, "millrace: `--delay` holds back labels of the events: here they come by themselves (`--labels`)"
            )
        }
        if case .time = delay, topology.decoder.timeField == nil {
            throw CommandFailure(
                .usage,
                "millrace: `--delay \(text)`: the topology has no event time: name its field in `input.time`, or give a "
                    + "number of events")
        }
        return delay
    }

    /// A task's journal, whose order is obeyed.
    private static func order(_ invocation: Invocation, _ topology: TopologyPlan) throws -> JournalOrder? {
        guard invocation.text("order") == "journal" else {
            guard invocation.has("partition") else { return nil }
            throw CommandFailure(.usage, "millrace: `--partition` is for `--order journal`")
        }
        guard invocation.has("topic"), let partition = invocation.integer("partition"), topology.labels != nil else {
            throw CommandFailure(
                .usage,
                "millrace: `--order journal` is for topologies with a label topic: give `--topic` and the `--partition` of the "
                    + "task")
        }
        return try JournalOrder(topology, partition: Int32(partition))
    }

    /// The labels' own file, where the topology has labels that come by themselves.
    private static func labels(_ invocation: Invocation, _ topology: TopologyPlan) throws -> (any RecordSource)? {
        guard let labels = topology.labels else {
            guard invocation.has("labels") else { return nil }
            throw CommandFailure(
                .usage,
                "millrace: `--labels`: the label of this topology stands in the event: give `label.id` and `label.within`, "
                    + "or leave the option out")
        }
        guard let path = invocation.text("labels") else {
            throw CommandFailure(
                .usage,
                "millrace: the topology's labels come by themselves (`label.id`): give their file, `--labels FILE`")
        }
        guard topology.decoder.timeField != nil else {
            throw CommandFailure(
                .usage,
                "millrace: `--labels`: files have no Kafka timestamps: name the fields with the times, in `input.time` and "
                    + "`label.time`")
        }
        try invocation.requireInput(path)
        return try FileRecords(path: path, labels: labels)
    }

    /// The topology, its records, and what they are called.
    private static func source(_ invocation: Invocation) throws -> (TopologyPlan, any RecordSource, String) {
        switch (invocation.text("input"), invocation.text("topic")) {
        case (let input?, nil):
            try invocation.requireInput(input)
            let topology = try topology(invocation, input: input)
            return (topology, try FileRecords(path: input, topology: topology), input)
        case (nil, let topic?):
            guard let file = invocation.operands.first else {
                throw CommandFailure(
                    .usage, "millrace: `--topic` needs a topology file\ntry `millrace evaluate --help`")
            }
            let topology = try invocation.topology(file, and: [(path: "input.topic", value: topic)])
            return (topology, try TopicRecords(topology), topic)
        default:
            throw CommandFailure(
                .usage, "millrace: needs `--input FILE` or `--topic TOPIC`\ntry `millrace evaluate --help`")
        }
    }

    /// The topology file, or one made from `--label` and `--model`.
    private static func topology(_ invocation: Invocation, input: String) throws -> TopologyPlan {
        if let file = invocation.operands.first {
            if invocation.has("label") || invocation.has("model") {
                throw CommandFailure(
                    .usage,
                    "millrace: `--label` and `--model` are for evaluations without a topology file\n"
                        + "change a topology's values with `--set PATH=VALUE`")
            }
            return try invocation.topology(file)
        }
        guard let label = invocation.text("label") else {
            throw CommandFailure(
                .usage, "millrace: needs a topology file, or `--label FIELD`\ntry `millrace evaluate --help`")
        }
        // Read twice: for the topology, and to be learned.
        if input == "-" { try StandardInput.makeRepeatable() }
        defer { if input == "-" { StandardInput.rewind() } }
        return try TopologyMaking.plan(
            input: input, label: label, models: invocation.texts("model"), overrides: try invocation.overrides())
    }
}

extension EvaluateCommand: ProgramCommand {
    static let command = Command(
        "evaluate", "Run a topology over a file or a topic: predict first, then learn",
        details: """
            Prequential: each row is predicted before it is learned. Nothing is published. Without a topology, --label \
            and --model make one from the file. A topic is read from its beginning to its present end, its partitions \
            merged by the records' timestamps.
            """,
        operands: .optionalFile,
        options: [
            Option(
                "input", short: "i", .file, "CSV or JSON, by the extension, which .gz or .zst may follow; - is stdin"),
            Option("topic", .text("TOPIC"), "Instead of a file: a topic, in the topology's format"),
            Option("label", short: "l", .text("FIELD"), "Without a topology: the field to predict"),
            Option(
                "model", short: "m", .choice(Listing.modelNames + ["auto"]), isRepeatable: true,
                "Without a topology: a model; auto, alone: several kinds race"),
            Option("predictions", .file, "Write the prediction records there, as JSON lines"),
            Option("plot", .file, "Draw the learning curve with its drifts into an SVG file"),
            Option("report", .file, "Write a report for people into one HTML file, to forward and to print"),
            Option("limit", .integer(1...Int.max), "Stop after that many rows"),
            Option(
                "delay", .text("N|TIME"), "Labels are known only after so many events, or that much event time (7d)"),
            Option(
                "without", .text("FROM..TO"), isRepeatable: true,
                "Events, counted from 0, that are scored and not learned; labels that come by themselves count too"),
            Option("labels", .file, "The labels, where they come by themselves (`label.id`): CSV or JSON, as --input"),
            Option(
                "order", .choice(["time", "journal"]),
                "With --topic and a label topic: as `run` took the rows of both, by NAME-journal"),
            Option("partition", .integer(0...Int(Int32.max)), "With --order journal: the task"),
            Option("fail-on-rejected", .flag, "End with code 1 where a record could not be used"),
            Option("fail-if-worse", .flag, "End with code 1 where a baseline does better than the topology"),
            .json, .set,
        ],
        examples: [
            "millrace evaluate topology.yaml --input sample.csv",
            "millrace evaluate topology.yaml --input sample.csv --report report.html",
            "millrace evaluate topology.yaml --topic payments",
            "millrace evaluate topology.yaml --input payments.jsonl --labels chargebacks.jsonl",
            "millrace evaluate topology.yaml --topic payments --order journal --partition 0",
            "millrace evaluate --input electricity.csv --label class --model hoeffding_tree --json",
        ])
}
