public import OnlineLearning

/// Reads topologies: YAML to a checked plan, or to every mistake at once with its place.
public enum TopologyFile {
    /// The plan of a topology file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - environment: Variables for `${NAME}`.
    ///   - overrides: `--set path=value`, applied in order; everything after `kafka.properties.` is one key.
    ///   - isKnownKafkaProperty: Says whether librdkafka knows a property, and else the nearest one.
    /// - Throws: All errors of the file. Warnings alone do not throw.
    public static func load(
        path: String, environment: [String: String], overrides: [(path: String, value: String)] = [],
        isKnownKafkaProperty: @escaping (String) -> (known: Bool, suggestion: String?) = { _ in (true, nil) }
    ) throws(TopologyErrors) -> TopologyPlan {
        let text: String
        do throws(FileError) {
            text = try TextFile.read(path, limit: YAMLParser.maxBytes)
        } catch {
            throw TopologyErrors([Finding(file: path, line: 1, column: 1, message: error.message)])
        }
        let (plan, findings) = check(
            text: text, file: path, environment: environment, overrides: overrides,
            isKnownKafkaProperty: isKnownKafkaProperty)
        guard let plan else { throw TopologyErrors(findings.filter { $0.severity == .error }) }
        return plan
    }

    /// The plan of a topology's text, nil where there are errors; and all findings in the order of their places.
    ///
    /// Total: no text crashes it or takes more than time linear in its length. `components` is the catalog unless a
    /// test brings its own.
    public static func check(
        text: String, file: String, environment: [String: String], overrides: [(path: String, value: String)] = [],
        isKnownKafkaProperty: @escaping (String) -> (known: Bool, suggestion: String?) = { _ in (true, nil) },
        components: [ComponentDescription] = Catalog.descriptions
    ) -> (TopologyPlan?, [Finding]) {
        let checker = Checker(file: file, components: components, isKnownKafkaProperty: isKnownKafkaProperty)
        checker.overrides = overrides.map { $0.path }
        let parsed = YAMLParser.parse(text)
        for (mark, message) in parsed.mistakes { checker.report(mark, message) }
        guard var root = parsed.node else { return (nil, checker.sorted) }
        let apply = Overrides(checker: checker)
        for (index, override) in overrides.enumerated() {
            root = apply.apply(override.path, override.value, index: index, to: root)
        }
        let variables = EnvironmentVariables(values: environment, checker: checker)
        root = variables.fill(root)
        let plan = PlanReader(checker, root, variables).plan()
        for (mark, word) in parsed.ambiguous { checker.reportAmbiguous(mark, word) }
        return (checker.hasErrors ? nil : plan, checker.sorted)
    }
}
