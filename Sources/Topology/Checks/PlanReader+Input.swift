import EventFormats
import OnlineLearning
import Text

/// The checked `input:` section.
struct InputPart {
    var topic = ""
    var format = EventFormat.json
    var columns: [(text: String, mark: YAMLMark)] = []
    var columnsMark = YAMLMark()
    var id: String?
    var timeField: String?
    var timeFormat = TimeFormat.unixMilliseconds
    var start = TopologyPlan.Start.earliest
    var maxRecordBytes = 1 << 20
    /// Nil: a file's first line shows it.
    var separator: UInt8?
    var hasDecimalComma = false
    /// Nil: the format's.
    var missing: [String]?
}

/// The checked `label:` section.
struct LabelPart {
    var task = TaskType.none
    /// The type is there and right.
    var isKnown = false
    var field: String?
    var classes: [String] = []
    var maxClasses = 2
}

extension PlanReader {
    func readInput() -> InputPart {
        let section = root.section("input")
        var input = InputPart()
        input.topic = section.text("topic") ?? ""
        input.format = section.choice("format").flatMap(EventFormat.init(rawValue:)) ?? .json
        input.columns = section.words("columns")
        input.columnsMark = section.mark(of: "columns")
        input.id = section.text("id")
        input.maxRecordBytes = section.integer("max_record_bytes")
        input.separator = section.choice("separator").flatMap { $0 == "tab" ? 0x09 : $0.utf8.first }
        input.hasDecimalComma = section.choice("decimal") == "comma"
        readMissing(section, &input)
        checkColumns(input, section)
        (input.timeField, input.timeFormat) = readTime(section)
        if let node = section.node("start") { input.start = readStart(node) }
        return input
    }

    private func readMissing(_ section: Section, _ input: inout InputPart) {
        guard section.node("missing") != nil else { return }
        let words = section.words("missing")
        input.missing = words.map { $0.text }
        for word in words where CellText.number(word.text) != nil {
            checker.report(
                word.mark, "'input.missing' takes words: a number stands at its feature, as `missing: \(word.text)`")
        }
    }

    private func checkColumns(_ input: InputPart, _ section: Section) {
        if input.format == .csv, section.node("columns") == nil {
            checker.report(
                section.mark(of: "format"), "`format: csv` needs 'input.columns': a record in Kafka has no header line")
        } else if input.format == .json, section.node("columns") != nil, section.choice("format") == "json" {
            checker.report(input.columnsMark, "'input.columns' is only for `format: csv`")
        }
        if input.format == .json, section.node("separator") != nil, section.choice("format") == "json" {
            checker.report(section.mark(of: "separator"), "'input.separator' is only for `format: csv`")
        }
        var seen: Set<String> = []
        for column in input.columns where !seen.insert(column.text).inserted {
            checker.report(column.mark, "'input.columns' names '\(column.text)' twice")
        }
    }

    /// `time`: a field's name, or a map of it and its format.
    func readTime(_ section: Section) -> (field: String?, format: TimeFormat) {
        guard let node = section.node("time") else { return (nil, .unixMilliseconds) }
        if let text = node.text { return (text, .unixMilliseconds) }
        let time = section.section("time")
        let field = time.text("field")
        guard let format = time.node("format") else { return (field, .unixMilliseconds) }
        switch format.text {
        case "iso8601": return (field, .iso8601)
        case "unix": return (field, .unix)
        case "unix_ms": return (field, .unixMilliseconds)
        case .some(let text) where text.contains("%"): return (field, .pattern(text))
        default:
            checker.report(
                format.mark,
                "'\(section.path).time.format' must be iso8601, unix, unix_ms or a strptime pattern with %, "
                    + "not \(format.kindInWords)",
                suggestion: format.text.flatMap { checker.nearest(to: $0, in: ["iso8601", "unix", "unix_ms"]) })
            return (field, .unixMilliseconds)
        }
    }

    private func readStart(_ node: YAMLNode) -> TopologyPlan.Start {
        switch node.text {
        case "earliest": return .earliest
        case "latest": return .latest
        case .some(let text):
            if let time = Units.time(text) { return .time(time) }
            fallthrough
        default:
            checker.report(
                node.mark,
                "'input.start' must be earliest, latest or a time as 2026-11-21T10:00:00Z, "
                    + "not \(node.kindInWords)",
                suggestion: node.text.flatMap { checker.nearest(to: $0, in: ["earliest", "latest"]) })
            return .earliest
        }
    }

    func readLabel() -> LabelPart {
        guard root.node("label") != nil else { return LabelPart() }
        let section = root.section("label")
        var label = LabelPart()
        let type = section.choice("type").flatMap(TaskType.init)
        label.task = type ?? .none
        label.isKnown = type != nil
        label.field = section.text("field")
        label.classes = readClasses(section, label.task)
        switch label.task {
        case .binary: label.maxClasses = 2
        case .multiclass:
            label.maxClasses = label.classes.isEmpty ? section.integer("max_classes") : label.classes.count
        case .regression, .none: label.maxClasses = 0
        }
        checkLabel(section, label)
        return label
    }

    private func checkLabel(_ section: Section, _ label: LabelPart) {
        let type = label.task.rawValue
        if label.task != .none, label.field == nil, section.node("field") == nil {
            checker.report(section.mark, "'label.field' is missing: the field with the truth")
        }
        if label.task == .none, section.choice("type") == "none", label.field != nil {
            checker.report(section.mark(of: "field"), "'label.field' has no use with `type: none`")
        }
        if label.task != .multiclass, section.node("type") != nil, section.node("max_classes") != nil {
            checker.report(
                section.mark(of: "max_classes"), "'label.max_classes' is only for `type: multiclass`, not \(type)")
        } else if !label.classes.isEmpty, section.node("max_classes") != nil {
            checker.report(
                section.mark(of: "max_classes"), "'label.max_classes' has no use where 'classes' are declared")
        }
    }

    private func readClasses(_ section: Section, _ task: TaskType) -> [String] {
        guard section.node("classes") != nil else { return [] }
        let mark = section.mark(of: "classes")
        let words = section.words("classes")
        var seen: Set<String> = []
        for word in words where !seen.insert(ClassTable.canonical(word.text)).inserted {
            checker.report(word.mark, "'label.classes' has '\(word.text)' twice (1, 1.0, \"1\" and true are one class)")
        }
        switch task {
        case .binary where words.count != 2:
            checker.report(mark, "'label.classes' of a binary label must be two, not \(words.count)")
        case .multiclass where !(2...1024).contains(words.count):
            checker.report(mark, "'label.classes' must be 2 to 1024 classes, not \(words.count)")
        case .regression, .none:
            if section.choice("type") != nil {
                checker.report(mark, "'label.classes' has no use with `type: \(task.rawValue)`")
            }
        default: break
        }
        return words.map { $0.text }
    }
}
