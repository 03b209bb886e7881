import EventFormats
import OnlineLearning
import Text

/// Builds the plan of a topology, section by section.
///
/// Each part goes on after a mistake with a stand-in value, so that all mistakes are found; the plan counts only where
/// there are none.
struct PlanReader {
    static let maxFeatures = 4096
    /// What a model's metrics keep of an event of their window.
    static let bytesPerWindowEvent = 32

    let checker: Checker
    let tree: YAMLNode
    let root: Section
    private let variables: EnvironmentVariables

    init(_ checker: Checker, _ tree: YAMLNode, _ variables: EnvironmentVariables) {
        self.variables = variables
        self.checker = checker
        self.tree = tree
        root = Section(checker, "", tree, mark: tree.mark)
    }

    func plan() -> TopologyPlan {
        let name = root.text("name") ?? "topology"
        let kafka = root.section("kafka")
        let input = readInput()
        let schema = readFeatures()
        let label = readLabel()
        let late = readLateLabels(label, input)
        let components = ComponentReader(checker: checker, schema: schema)
        let models = ModelReader(
            checker: checker, root: root, components: components, task: label.task, isTaskKnown: label.isKnown)
        let shared = root.node("pipeline").map(components.transforms)
        let drift = DriftReader(
            checker: checker, components: components, task: label.task, isTaskKnown: label.isKnown)
        let chosen = models.read(hasShared: shared != nil)
        let watched = drift.read(root, models: chosen)
        let output = root.section("output")
        let tuning = readTuning(chosen, label, watched.select)
        let challengers = tuning.flatMap { plan in
            chosen.first { $0.name == plan.model }.map(plan.models(beside:))
        }
        var pipeline = PipelinePlan(
            schema: schema, task: label.task, classes: label.classes, maxClasses: label.maxClasses,
            transforms: shared ?? [], models: chosen + (challengers ?? []), drift: watched.drift,
            select: watched.select,
            quarantine: readQuarantine(schema, label), seed: UInt64(root.integer("seed")),
            memory: root.integer("memory"),
            window: root.section("metrics").integer("window"))
        pipeline.reasons = output.integer("explain")
        pipeline.tune = tuning
        pipeline.slices = readSlices(schema, label)
        _ = root.choice("scope")
        let properties = KafkaProperties(checker: checker)
        let outputTopic = output.text("topic") ?? "\(name)-predictions"
        checkTopics(name, input.topic, root.section("input"), outputTopic, output, late)
        checkFields(schema, input, label)
        checkMemory(pipeline)
        return TopologyPlan(
            name: name, file: checker.file, text: YAMLWriter.text(tree),
            bootstrap: bootstrap(kafka), kafkaProperties: properties.read(kafka),
            stateKey: properties.stateKey(kafka),
            inputTopic: input.topic,
            layout: EventLayout(input.format, columns: input.columns.map { $0.text }, separator: input.separator),
            decoder: DecoderPlan(
                schema: schema, task: label.task, labelField: late == nil ? label.field : nil, idField: input.id,
                timeField: input.timeField, timeFormat: input.timeFormat, missing: input.missing,
                sentinels: sentinels(), hasDecimalComma: input.hasDecimalComma),
            start: input.start, maxRecordBytes: input.maxRecordBytes, pipeline: pipeline, outputTopic: outputTopic,
            namesTopology: output.choice("topology") == "named",
            guarantee: root.choice("guarantee").flatMap(TopologyPlan.Guarantee.init) ?? .exactlyOnce,
            onGap: root.choice("on_gap").flatMap(TopologyPlan.OnGap.init) ?? .stop,
            history: Int64(root.integer("history")),
            commitInterval: .milliseconds(root.integer("commit_interval")),
            words: readWords(schema.features.map { $0.name }), labels: late,
            tests: readTests(hasLateLabels: late != nil))
    }

    /// Topics that are read or written for something else.
    private func checkTopics(
        _ name: String, _ inputTopic: String, _ input: Section, _ outputTopic: String, _ output: Section,
        _ labels: LabelTopic?
    ) {
        let label = labels == nil ? nil : root.section("label")
        if let label, let topic = labels?.topic, !topic.isEmpty, topic == inputTopic || topic == outputTopic {
            checker.report(
                label.mark(of: "topic"),
                "'label.topic' is the topic of \(topic == inputTopic ? "the events" : "the predictions"): labels need one of "
                    + "their own")
        }
        if !inputTopic.isEmpty, outputTopic == inputTopic {
            checker.report(
                output.mark(of: "topic"), "'output.topic' is the input's topic: predictions would be read again")
        }
        let labelled = label.map { [("label.topic", labels?.topic ?? "", $0)] } ?? []
        for (key, topic, section) in [("input.topic", inputTopic, input), ("output.topic", outputTopic, output)]
            + labelled
        {
            if let own = SideTopic.allCases.first(where: { $0.name(of: name) == topic }) {
                checker.report(
                    section.mark(of: "topic"),
                    "'\(key)' is the topology's own topic of \(own.rawValue): give it another")
            } else if topic.hasPrefix("__") {
                checker.report(section.mark(of: "topic"), "'\(key): \(topic)' is a topic that Kafka keeps for itself")
            }
        }
    }

    /// A default may name a variable; what the file says has its variables already.
    private func bootstrap(_ kafka: Section) -> String {
        let text = kafka.text("bootstrap") ?? ""
        return kafka.node("bootstrap") == nil ? variables.fill(text, at: kafka.mark) : text
    }

    private func readFeatures() -> Schema {
        guard let node = root.node("features") else { return Schema([]) }
        guard let entries = node.entries else {
            checker.report(node.mark, "'features' must be a map of `name: kind`, not \(node.kindInWords)")
            return Schema([])
        }
        if entries.isEmpty { checker.report(node.mark, "'features' must name at least one feature") }
        if entries.count > Self.maxFeatures {
            checker.report(node.mark, "'features' may be at most \(Self.maxFeatures), not \(entries.count)")
        }
        return Schema(entries.prefix(Self.maxFeatures).map(readFeature))
    }

    /// Values that stand for no value, by feature.
    private func sentinels() -> [String: [String]] {
        var found: [String: [String]] = [:]
        for entry in root.node("features")?.entries ?? [] {
            guard let node = entry.node.entries?.first(where: { $0.key == "missing" })?.node, !node.isNull else {
                continue
            }
            found[entry.key] = checker.words(node, "missing").map { $0.text }
        }
        return found
    }

    private func readFeature(_ entry: YAMLEntry) -> Feature {
        if entry.key.isEmpty { checker.report(entry.mark, "a feature must have a name") }
        guard entry.node.entries != nil, !entry.node.isNull else {
            let key = TopologyKeys.find("features.*.kind")!
            let kind = checker.choice(entry.node, key, entry.key).flatMap(FeatureKind.init)
            return Feature(entry.key, kind ?? .numeric)
        }
        let section = Section(checker, "features.*", entry.node, mark: entry.mark)
        let kind = section.choice("kind").flatMap(FeatureKind.init) ?? .numeric
        if kind != .categorical, section.node("max_categories") != nil {
            checker.report(section.mark(of: "max_categories"), "'max_categories' is only for `kind: categorical`")
        }
        _ = section.text("label")
        _ = section.text("unit")
        return Feature(entry.key, kind, maxCategories: section.integer("max_categories"))
    }

    /// Whether the parts that do not grow fit into `memory`: a bound, and not a hint. A pipeline is made to be asked;
    /// not where that would take long (very many categories), and only of the catalog's own components.
    private func checkMemory(_ plan: PipelinePlan) {
        guard !checker.hasErrors else { return }
        func report(_ bytes: Int, _ part: String) {
            checker.report(
                root.mark(of: "memory"),
                "'memory: \(Units.text(bytes: plan.memory))' is too little: \(bytes) bytes for \(part)")
        }
        let lessons = plan.keptLessons * (48 + 8 * plan.schema.width)
        if lessons > plan.memory {
            return report(lessons, "the \(plan.keptLessons) lessons that `replay` keeps (`keep`)")
        }
        let windows = (plan.models.count + 1) * plan.window * Self.bytesPerWindowEvent
        if windows > plan.memory {
            return report(
                windows,
                "windows, transforms and tables: metrics of the last \(plan.window) events of \(plan.models.count) models "
                    + "(`metrics.window`)")
        }
        let values = plan.schema.features.reduce(0) { $0 + ($1.kind == .categorical ? $1.categoryCount : 1) }
        let cells = values * max(plan.maxClasses, 1) * max(plan.models.count, 1)
        guard cells <= 1 << 18, checker.components == Catalog.descriptions,
            let shortage = Pipeline(plan: plan).shortage
        else { return }
        report(shortage.bytes, "\(shortage.part), where \(shortage.share) are kept for that")
    }

    /// Fields that cannot both be right: the label among the features, columns without a field.
    private func checkFields(_ schema: Schema, _ input: InputPart, _ label: LabelPart) {
        if let field = label.field, schema.slot(of: field) != nil {
            checker.report(
                root.section("label").mark(of: "field"),
                "the label '\(field)' is also a feature: the model would see the answer")
        }
        guard input.format == .csv, !input.columns.isEmpty else { return }
        let columns = input.columns.map { $0.text }
        let labelField = hasLateLabels(root.section("label")) ? nil : label.field
        let needed = schema.features.map { $0.name } + [labelField, input.id, input.timeField].compactMap { $0 }
        let known = Set(columns)
        for field in needed where !known.contains(field) {
            checker.report(
                input.columnsMark, "'input.columns' lacks '\(field)', which the topology uses",
                suggestion: checker.nearest(to: field, in: columns))
        }
    }
}
