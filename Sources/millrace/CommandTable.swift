import Console
import OnlineLearning

/// The whole command line: one table makes parsing, help, completions and docs.
enum CommandTable {
    static let table = OptionTable(
        program: "millrace",
        summary: "Millrace: models that learn from Kafka streams as they go, exactly once, and watch for drift.",
        commands: [
            demo, create, run, evaluate, lint, test, schema, list, describe, stateList, generate, doctor, completions,
        ])

    private static let json = Option("json", .flag, "Print JSON for programs")
    private static let set = Option(
        "set", .text("PATH=VALUE"), isRepeatable: true,
        "Change a value of the topology; after kafka.properties. one key")
    private static let bootstrap = Option(
        "bootstrap", .text("HOST:PORT"), "Brokers; else KAFKA_BOOTSTRAP, else 127.0.0.1:9092")

    private static let demo = Command(
        "demo", "Show everything without a broker",
        details: """
            Starts librdkafka's mock cluster in this process, feeds it a stream of card payments whose fraud pattern \
            drifts, runs the engine on it, and shows what it learns. Other processes can read the topics while it runs.
            """,
        options: [
            Option("seconds", .integer(1...86_400), "Stop after that long; else at Ctrl-C"),
            Option("rate", .integer(1...1_000_000), "Events per second, 4000 unless given"),
            Option("plain", .flag, "Print lines instead of the live view"),
            Option("dashboard", .text("HOST:PORT"), "Serve metrics and health there"),
        ], examples: ["millrace demo", "millrace demo --seconds 20 --plain"])

    private static let create = Command(
        "create", "Write a topology from a sample",
        details: "Reads a CSV or JSON-lines file, infers the features' kinds, and writes a commented topology.",
        options: [
            Option("input", short: "i", .file, "The sample; the format goes by its extension"),
            Option("label", short: "l", .text("FIELD"), "The field to predict"),
            Option("topic", .text("TOPIC"), "The input topic; else the file's name"),
            Option("output", short: "o", .file, "Where to write it; else stdout"),
        ], examples: ["millrace create --input sample.csv --label class > topology.yaml"])

    private static let run = Command(
        "run", "Run topologies: read, predict, learn, publish, commit",
        details: """
            Prints `ready` on stderr once partitions are assigned and state is restored. SIGTERM and SIGINT finish the \
            batch, commit and end with code 0.
            """,
        operands: .files,
        options: [
            Option(
                "instance", .text("NAME"), "The name that survives restarts; else MILLRACE_INSTANCE or the state dir's"),
            Option("state-dir", .file, "Where the instance's identity is kept; else ~/.millrace"),
            Option(
                "dashboard", .text("HOST:PORT"), "Serve /metrics and /health there; loopback where HOST is left out"),
            Option("workers", short: "w", .integer(1...64), "Threads, each with its own consumer and producer"),
            Option("stop-at-end", .flag, "End at the end offsets seen at the start"),
            Option("no-create-topics", .flag, "Name missing topics and end instead of creating them"),
            set,
        ],
        examples: ["millrace run topology.yaml", "millrace run fraud.yaml --instance a --workers 2 --dashboard :8080"])

    private static let evaluate = Command(
        "evaluate", "Run a topology over a file or a topic: predict first, then learn",
        details: """
            Prequential: each row is predicted before it is learned. Nothing is published. Without a topology, --label \
            and --model make one from the file. A topic is read from its beginning to its present end, its partitions \
            merged by the records' timestamps.
            """,
        operands: .optionalFile,
        options: [
            Option("input", short: "i", .file, "CSV or JSON lines, by the extension"),
            Option("topic", .text("TOPIC"), "Instead of a file: a topic, in the topology's format"),
            Option("label", short: "l", .text("FIELD"), "Without a topology: the field to predict"),
            Option(
                "model", short: "m", .choice(Listing.modelNames), isRepeatable: true, "Without a topology: a model"),
            Option("predictions", .file, "Write the prediction records there, as JSON lines"),
            Option("plot", .file, "Draw the learning curve with its drifts into an SVG file"),
            Option("limit", .integer(1...Int.max), "Stop after that many rows"),
            json, set,
        ],
        examples: [
            "millrace evaluate topology.yaml --input sample.csv", "millrace evaluate topology.yaml --topic payments",
            "millrace evaluate --input electricity.csv --label class --model hoeffding_tree --json",
        ])

    private static let lint = Command(
        "lint", "Check topologies: every mistake with its line and column",
        details: "Ends with code 1 where there is an error. Environment variables are filled in first.",
        operands: .files, options: [json, set], examples: ["millrace lint topologies/*.yaml"])

    private static let test = Command(
        "test", "Run the `tests:` of topologies",
        details: "Ends with code 1 where an expectation does not hold.",
        operands: .files, options: [json, set], examples: ["millrace test topologies/*.yaml"])

    private static let schema = Command(
        "schema", "Print the JSON Schema of topologies, for editors",
        examples: ["millrace schema > millrace.schema.json"])

    private static let list = Command(
        "list", "List models, transforms, detectors, actions and streams",
        operands: .optionalChoice("ROLE", Listing.roles), options: [json])

    private static let describe = Command(
        "describe", "Describe a component: parameters, ranges, defaults, source, cost",
        operands: .choice("NAME", Listing.componentNames + Listing.streamNames), options: [json],
        examples: ["millrace describe hoeffding_tree", "millrace describe sea --json"])

    private static let stateList = Command(
        "state ls", "Restore each task beside the engine and print its digest",
        details: "Works on a running and on a stopped topology and writes nothing.",
        operands: .file, options: [json, set], examples: ["millrace state ls topology.yaml --json"])

    private static let generate = Command(
        "generate", "Write a stream to stdout, a file or a topic",
        details: """
            Streams of the literature and card payments with a drifting fraud pattern; or, with --input, the rows of a \
            CSV file as JSON records. On a topic the key is the row's number and row i goes to partition i modulo \
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
            Option("input", short: "i", .file, "Take the rows of a CSV or JSON-lines file"),
            bootstrap,
        ],
        examples: [
            "millrace generate fraud --events 10000 > fraud.jsonl",
            "millrace generate --input electricity.csv --topic electricity --partitions 4 --rate 5000/s",
        ])

    private static let doctor = Command(
        "doctor", "Look at versions, broker, topics and limits, and advise",
        operands: .optionalFile, options: [bootstrap, json, set])

    private static let completions = Command(
        "completions", "Print completions for a shell, or the command reference",
        operands: .choice("SHELL", Shell.allCases.map { $0.rawValue } + ["docs"]),
        examples: ["source <(millrace completions bash)"])
}
