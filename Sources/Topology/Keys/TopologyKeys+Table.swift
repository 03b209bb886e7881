import OnlineLearning
import StreamGenerators
import Text

extension TopologyKeys {
    /// Every key, in the order in which a topology is written.
    static let all: [TopologyKey] = beforeLabels + labels + afterLabels

    private static let beforeLabels: [TopologyKey] = [
        TopologyKey(
            "name", .topic, "Prefix of the group id, the transactional ids and the internal topics.", required: true),
        TopologyKey("seed", .integer(0...Int.max), "Seed of every random draw.", standard: "1"),

        TopologyKey("kafka", .section, "The connection."),
        TopologyKey(
            "kafka.bootstrap", .text, "Brokers, as host:port, separated by commas.",
            standard: "${KAFKA_BOOTSTRAP:-127.0.0.1:9092}"),
        TopologyKey(
            "kafka.properties", .special,
            "Any librdkafka property that the engine does not own, as `name: value`; secrets as ${NAME} or file:PATH."
        ),
        TopologyKey(
            "kafka.state_key", .text,
            "A secret of at least 16 bytes that seals the stored state, as ${NAME} or file:PATH: what was written without it is "
                + "not taken for state."),

        TopologyKey("input", .section, "Where events come from."),
        TopologyKey("input.topic", .topic, "The topic that is read; `run` needs it."),
        TopologyKey(
            "input.format", .choice(EventFormat.allCases.map(\.rawValue), later: ["avro", "protobuf"]),
            "How records are written.",
            standard: "json"),
        TopologyKey(
            "input.columns", .words,
            "The columns of `format: csv` records, in order; `evaluate` takes them for a file without a header line."),
        TopologyKey(
            "input.separator", .choice([",", ";", "|", "tab"]),
            "What stands between the columns of `format: csv` records; absent: a comma, in files what the first line shows."
        ),
        TopologyKey(
            "input.decimal", .choice(["point", "comma"]),
            "comma: text such as 1,5 is a number too, in CSV and in JSON's quotes.", standard: "point"),
        TopologyKey(
            "input.missing", .words,
            "Words that stand for no value in any field; absent: none in JSON, and in CSV "
                + EventFormat.csv.missingWords.map { "`\($0)`" }.joined(separator: " ")
                + ". Blank text always does. NaN is a dead letter, unless it stands here."),
        TopologyKey(
            "input.item", .text, "What people call one event, such as payment: for the page and the report.",
            standard: "event"),
        TopologyKey(
            "input.id", .text, "The field with the event's id; absent: the Kafka key, else topic-partition-offset."),
        TopologyKey(
            "input.time", .special,
            "The field with the event time, as a name or as a map of `field` and `format`; absent: the Kafka timestamp."
        ),
        TopologyKey("input.time.field", .text, "The field with the event time.", required: true),
        TopologyKey(
            "input.time.format", .special, "iso8601, unix (seconds), unix_ms, or a strptime pattern with % in UTC.",
            standard: "unix_ms"),
        TopologyKey(
            "input.start", .special,
            "Where a partition begins that has nothing committed: earliest, latest, or a time as 2026-11-21T10:00:00Z.",
            standard: "earliest"),
        TopologyKey(
            "input.max_record_bytes", .size((1 << 10)...(512 << 20)), "Larger records are dead letters.",
            standard: "1MiB"),
        TopologyKey(
            "input.headers", .special, "Copying trace headers.", later: "record headers are not read; leave the key out"
        ),

        TopologyKey("features", .named, "The inputs of the models: `name: kind`, or a map of options.", required: true),
        TopologyKey(
            "features.*.kind",
            .choice(["numeric", "boolean", "categorical"], later: ["text", "timestamp", "vector"]),
            "What the field holds.",
            required: true),
        TopologyKey(
            "features.*.max_categories", .integer(1...65535),
            "Categories kept apart before the rest is one category, \"other\"; only for `kind: categorical`.",
            standard: "64"),
        TopologyKey(
            "features.*.missing", .words,
            "Values of this feature that stand for no value: numbers (-999) or words."),
        TopologyKey("features.*.label", .text, "What the page calls it; absent: its name."),
        TopologyKey("features.*.unit", .text, "Its unit, for the page."),
        TopologyKey(
            "features.*.higher_means", .text,
            "What a value above the usual means, such as `spends more`: said where it is a reason for an answer."),

        TopologyKey("label", .section, "What is predicted.", required: true),
        TopologyKey(
            "label.field", .text, "The field with the truth; an event without it is predicted and not learned."),
        TopologyKey(
            "label.type", .choice(["binary", "multiclass", "regression", "none"]), "What kind of truth it is.",
            required: true),
        TopologyKey(
            "label.classes", .words, "The classes; the last is the positive one. Absent: discovered in stream order."),
        TopologyKey(
            "label.positive", .text,
            "What people call an event of the positive class, such as fraud: for the page and the report."),
        TopologyKey(
            "label.other", .text, "What people call an event of the other class, such as honest."),
        TopologyKey("label.unit", .text, "The unit of a number that is predicted, for the page and the report."),
        TopologyKey(
            "label.max_classes", .integer(2...1024), "The most classes that are discovered, for `type: multiclass`.",
            standard: "16"),
    ]

    private static let afterLabels: [TopologyKey] =
        [

            TopologyKey(
                "pipeline", .component(.transforms),
                "Transforms of every model without its own; absent: each model has the ones it needs."),
            TopologyKey(
                "models", .named,
                "The first is the champion, the rest are challengers; absent: one model for the label's type; `auto`: a tree, "
                    + "a linear model, naive Bayes (for numbers the mean) and a forest, of which the best proven one "
                    + "answers."),
            TopologyKey("models.*", .component(.model), "A model's name, mapped to a component."),
            TopologyKey("models.*.pipeline", .component(.transforms), "This model's own transforms."),

            TopologyKey(
                "select", .choice(SelectionMode.allCases.map(\.rawValue)),
                "When models are compared on the same labelled events, so that one that is proven better answers: at every event, for "
                    + "some time after a drift, or never.",
                standard: SelectionMode.always.rawValue),
        ] + tuning + [
            TopologyKey("drift", .list, "Drift detectors and what is done when they fire."),
            TopologyKey("drift[].detector", .component(.detector), "The detector.", required: true),
            TopologyKey(
                "drift[].signal", .special,
                "What it watches: error (the champion's wrong answers), loss, or a feature; absent: error, for numbers loss."
            ),
            TopologyKey("drift[].action", .component(.action), "What is done at a drift.", standard: "alert"),
        ]
        + quarantine + [

            TopologyKey(
                "calibrate", .special, "Calibrated probabilities.",
                later: "probabilities are published as the model gives them"),
            TopologyKey(
                "interval", .special, "Prediction intervals.", later: "predictions are published without intervals"),
            TopologyKey("threshold", .special, "A decision threshold.", later: "the most probable class is published"),
            TopologyKey("imbalance", .special, "Resampling of rare classes.", later: "every event is learned once"),

            slices,
            TopologyKey("metrics", .section, "How quality is measured."),
            TopologyKey(
                "metrics.bucket", .duration(1000...lateness),
                "With labels that come later: the length of a period in the metrics by event time.", standard: "1h"),
            TopologyKey(
                "metrics.window", .integer(10...1_000_000), "Labelled events in the windowed metrics.", standard: "1000"
            ),
            TopologyKey(
                "scope", .choice(["partition"], later: ["key", "global", "merged"]), "What has a model of its own.",
                standard: "partition"),
            TopologyKey(
                "memory", .size((1 << 20)...(1 << 40)), "Memory per task: a bound and not a hint.", standard: "256MiB"),

            TopologyKey("output", .section, "Where predictions go."),
            TopologyKey("output.topic", .topic, "The topic of the predictions; absent: NAME-predictions."),
            TopologyKey(
                "output.topology", .choice(["left_out", "named"]),
                "Whether each prediction has a field `topology`, for a topic that several topologies write.",
                standard: "left_out"),
            TopologyKey(
                "output.explain", .integer(0...10),
                "So many reasons with each prediction: the inputs that add or take most, in `explanation`. Each event costs about a hundred answers of the champion more.",
                standard: "0"),
            TopologyKey("output.headers", .special, "Headers on predictions.", later: "predictions have no headers"),
            TopologyKey(
                "guarantee", .choice(["exactly_once", "at_least_once"]),
                "exactly_once: predictions appear with their commit. at_least_once: at once, a crash may repeat some.",
                standard: "exactly_once"),
            TopologyKey(
                "on_gap", .choice(TopologyPlan.OnGap.allCases.map(\.rawValue)),
                "Where the input does not hold what comes after the committed offset any more (retention, the group's offsets "
                    + "reset, the topic recreated): stop and say so, or go on with the newest snapshot of the model.",
                standard: "stop"),
            TopologyKey(
                "history", .duration(0...lateness),
                "How far back `explain` and `replay` reach, by the records' time, such as 7d: beside the two newest snapshots one "
                    + "an hour is kept, at most \(TopologyPlan.mostKept), farther apart where it is longer. The topics' own "
                    + "retention must be as long.", standard: "0s"),
            TopologyKey("commit_interval", .duration(1...60_000), "Time between commits.", standard: "100ms"),

            TopologyKey("tests", .list, "Checked by `millrace test`."),
            TopologyKey("tests[].name", .text, "What the test shows.", required: true),
            TopologyKey("tests[].input", .text, "A CSV or JSON file, relative to this file; it may be compressed."),
            TopologyKey(
                "tests[].labels", .text,
                "With a label topic: the CSV or JSON file with its records, relative to this file."),
            TopologyKey(
                "tests[].delay", .special,
                "The labels are known only after so many events (`1000`), or that much event time (`7d`)."),
            TopologyKey("tests[].generate", .section, "Instead of `input`: a generated stream."),
            TopologyKey(
                "tests[].generate.stream", .choice(StreamCatalog.names),
                "What is generated; `millrace describe` tells more.",
                required: true),
            TopologyKey("tests[].generate.events", .integer(1...10_000_000), "How many events.", standard: "10000"),
            TopologyKey("tests[].generate.seed", .integer(0...Int.max), "The stream's seed.", standard: "1"),
            TopologyKey(
                "tests[].generate.label_delay", .special,
                "With a label topic: the labels come so long after their events, a time as `2d` or a range as `1d..7d`.",
                standard: "1d"),
            TopologyKey("tests[].generate.parameters", .special, "The stream's parameters, as `name: value`."),
            TopologyKey(
                "tests[].expect", .special,
                "What must hold: a list of `metric: value`; a value is a number, \"> 0.7\", \"0.7..0.9\" or \"0.8 ± 0.05\".",
                required: true),
        ]

    /// Keys that had another name, with the one they have now and why.
    static let renamed: [String: (now: String, why: String)] = [
        "drift[].on": ("signal", "readers of YAML 1.1 take `on` for true")
    ]
}
