import OnlineLearning
import Text

extension TopologyKeys {
    /// The longest time for which a label may be waited for: ten years, in milliseconds.
    static let lateness = 315_360_000_000

    /// The keys of labels that come in a topic of their own.
    static let labels: [TopologyKey] = [
        TopologyKey(
            "label.topic", .topic,
            "The topic with labels that come later, each in a record of its own; `run` needs it then. Absent, and none of the "
                + "keys below given: the label stands in the event."),
        TopologyKey("label.id", .text, "The field of a label's record with the id of its event (`input.id`)."),
        TopologyKey(
            "label.time", .special,
            "The field with the time at which the label was known, as a name or as a map of `field` and `format`; needed "
                + "where `input.time` is given. Absent: the Kafka timestamp."),
        TopologyKey("label.time.field", .text, "The field with the label's time.", required: true),
        TopologyKey(
            "label.time.format", .special, "iso8601, unix (seconds), unix_ms, or a strptime pattern with % in UTC.",
            standard: "unix_ms"),
        TopologyKey(
            "label.format", .choice(EventFormat.allCases.map(\.rawValue)),
            "How the records of the label topic are written.", standard: "json"),
        TopologyKey("label.columns", .words, "The columns of `format: csv` records of the label topic, in order."),
        TopologyKey(
            "label.within", .duration(1...lateness),
            "How long an event waits for its label, and a label for its event, in event time."),
        TopologyKey(
            "label.on_timeout", .special,
            "What an event without a label in time was: drop (nobody knows, it is not learned), negative (the first of two "
                + "classes), or a class or number.", standard: "drop"),
        TopologyKey(
            "label.on_late", .choice(LabelRules.OnLate.allCases.map(\.rawValue)),
            "What a label does that comes after its event's time: correct (it is learned once; nothing is unlearned) or "
                + "ignore.", standard: LabelRules.OnLate.correct.rawValue),
        TopologyKey(
            "label.late_within", .duration(0...lateness),
            "How long after its time an event is remembered, for late and second labels; absent: as long as `within`."),
        TopologyKey(
            "label.on_duplicate", .choice(LabelRules.OnDuplicate.allCases.map(\.rawValue)),
            "Which of several different labels of one event counts; last: a later one is learned as a correction.",
            standard: LabelRules.OnDuplicate.first.rawValue),
        TopologyKey(
            "label.wait", .duration(1...600_000),
            "How long `run` waits for records that a broker holds and has not given, before the other input goes on alone.",
            standard: "500ms"),
        TopologyKey(
            "label.idle", .duration(1...86_400_000),
            "After so long without any record the event time goes on with the clock, so that waiting ends.",
            standard: "30s"
        ),
        TopologyKey(
            "label.memory", .size((1 << 20)...(1 << 40)),
            "Memory per task of the events that wait; over it they go to disk where `label.disk` gives room, else the oldest "
                + "are dropped unlearned, counted and told.",
            standard: "256MiB"),
        TopologyKey(
            "label.disk", .size(0...(1 << 44)),
            "Room per task on the disk behind `--state-dir` for events that memory has no room for. What finds an event by its "
                + "id stays in memory, 128 bytes each; over both the oldest are dropped unlearned, counted and told. "
                + "`evaluate` keeps them all in memory.", standard: "0"),
        TopologyKey(
            "label.examples", .choice(["left_out", "written"]),
            "written: every event that is learned is told in NAME-examples, with the features as they were used, the answer, the "
                + "label and the loss; labels of nobody and contradicting ones too. An event that waits takes 64 bytes more.",
            standard: "left_out"),
    ]
}
