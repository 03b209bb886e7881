import EventFormats
import OnlineLearning
import Text

extension PlanReader {
    private static let lateKeys = [
        "topic", "id", "time", "format", "columns", "within", "on_timeout", "on_late", "late_within", "on_duplicate",
        "wait", "idle", "memory", "disk", "examples",
    ]

    /// Whether the label comes in records of its own.
    func hasLateLabels(_ section: Section) -> Bool { Self.lateKeys.contains { section.node($0) != nil } }

    /// The label topic, or nil: the label stands in the event.
    func readLateLabels(_ label: LabelPart, _ input: InputPart) -> LabelTopic? {
        guard root.node("label") != nil else { return nil }
        let section = root.section("label")
        guard hasLateLabels(section) else { return nil }
        let time = readTime(section)
        let id = section.text("id")
        checkLateLabels(section, input, label, time.field)
        let format = section.choice("format").flatMap(EventFormat.init(rawValue:)) ?? .json
        let columns = section.words("columns")
        checkColumns(section, format, columns, [label.field, id, time.field].compactMap { $0 })
        let within = Int64(section.integer("within"))
        let rules = LabelRules(
            within: max(1, within),
            lateWithin: section.node("late_within") == nil ? nil : Int64(section.integer("late_within")),
            onTimeout: readTimeout(section, label),
            onLate: section.choice("on_late").flatMap(LabelRules.OnLate.init) ?? .correct,
            onDuplicate: section.choice("on_duplicate").flatMap(LabelRules.OnDuplicate.init) ?? .first)
        return LabelTopic(
            topic: section.text("topic") ?? "", layout: EventLayout(format, columns: columns.map { $0.text }),
            decoder: DecoderPlan(
                schema: Schema([]), task: label.task, labelField: label.field, idField: id, timeField: time.field,
                timeFormat: time.format, missing: input.missing, hasDecimalComma: input.hasDecimalComma),
            rules: rules, wait: .milliseconds(section.integer("wait")), idle: .milliseconds(section.integer("idle")),
            memory: section.integer("memory"), disk: section.integer("disk"),
            tellsExamples: section.choice("examples") == "written",
            period: Int64(root.section("metrics").integer("bucket")))
    }

    private func checkLateLabels(
        _ section: Section, _ input: InputPart, _ label: LabelPart, _ timeField: String?
    ) {
        if label.isKnown, label.task == .none {
            checker.report(section.mark, "labels that come later have no use with `type: none`")
        }
        if section.node("id") == nil {
            checker.report(
                section.mark, "'label.id' is missing: the field of a label's record with the id of its event")
        }
        if section.node("within") == nil {
            checker.report(section.mark, "'label.within' is missing: how long an event waits for its label, such as 7d")
        }
        let inputSection = root.section("input")
        if inputSection.node("id") == nil {
            checker.report(
                inputSection.mark,
                "'input.id' is missing: a label finds its event by its id, and a Kafka key may come again")
        }
        if input.timeField != nil, timeField == nil {
            checker.report(
                section.mark, "'label.time' is missing: with 'input.time' the label's time must be an event time too")
        } else if input.timeField == nil, timeField != nil {
            checker.report(
                section.mark(of: "time"),
                "'label.time' needs 'input.time': the times of events and of labels are compared")
        }
    }

    private func checkColumns(
        _ section: Section, _ format: EventFormat, _ columns: [(text: String, mark: YAMLMark)], _ needed: [String]
    ) {
        guard format == .csv else {
            if !columns.isEmpty {
                checker.report(section.mark(of: "columns"), "'label.columns' is only for `format: csv`")
            }
            return
        }
        let names = columns.map { $0.text }
        if names.isEmpty {
            checker.report(
                section.mark(of: "format"), "`format: csv` needs 'label.columns': a record in Kafka has no header line")
        }
        for field in needed where !names.isEmpty && !names.contains(field) {
            checker.report(
                section.mark(of: "columns"), "'label.columns' lacks '\(field)', which the topology uses",
                suggestion: checker.nearest(to: field, in: names))
        }
    }

    private func readTimeout(_ section: Section, _ label: LabelPart) -> LabelRules.OnTimeout {
        guard let node = section.node("on_timeout") else { return .drop }
        let mark = node.mark
        guard let text = node.text else {
            checker.report(mark, "'label.on_timeout' must be drop, negative or a value, not \(node.kindInWords)")
            return .drop
        }
        if text == "drop" { return .drop }
        switch label.task {
        case .binary, .multiclass:
            guard !label.classes.isEmpty else {
                checker.report(mark, "'label.on_timeout: \(text)' needs 'label.classes': which class is meant")
                return .drop
            }
            let known = label.classes.map(ClassTable.canonical)
            if let index = known.firstIndex(of: ClassTable.canonical(text)) {
                return .learn(Label(classIndex: Int32(index)))
            }
            if text == "negative", label.task == .binary { return .learn(Label(classIndex: 0)) }
            let words = ["drop"] + (label.task == .binary ? ["negative"] : []) + label.classes
            checker.report(
                mark, "'label.on_timeout: \(text)' is no class: it may be \(words.joined(separator: ", "))",
                suggestion: checker.nearest(to: text, in: words))
        case .regression:
            if let number = Checker.realNumber(text) { return .learn(Label(target: number)) }
            checker.report(mark, "'label.on_timeout' must be drop or a number, not \(node.kindInWords)")
        case .none: break
        }
        return .drop
    }
}
