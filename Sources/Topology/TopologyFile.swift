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
        let (plan, findings) = check(
            path: path, environment: environment, overrides: overrides, isKnownKafkaProperty: isKnownKafkaProperty)
        guard let plan else { throw TopologyErrors(findings.filter { $0.severity == .error }) }
        return plan
    }

    /// The plan of a topology file, nil where there are errors; and all findings. A file that cannot be read has one.
    ///
    /// - Parameter looksAtFiles: The files that the topology's tests name must be there.
    public static func check(
        path: String, environment: [String: String], overrides: [(path: String, value: String)] = [],
        looksAtFiles: Bool = false,
        isKnownKafkaProperty: @escaping (String) -> (known: Bool, suggestion: String?) = { _ in (true, nil) }
    ) -> (TopologyPlan?, [Finding]) {
        do throws(FileError) {
            return check(
                text: try TextFile.text(path, limit: YAMLParser.maxBytes), file: path, environment: environment,
                overrides: overrides, looksAtFiles: looksAtFiles, isKnownKafkaProperty: isKnownKafkaProperty)
        } catch {
            return (nil, [Finding(file: path, line: error.line, column: error.column, message: error.message)])
        }
    }

    /// The plan of a topology's text, nil where there are errors; and all findings in the order of their places.
    ///
    /// Total: no text crashes it or takes more than time linear in its length. `components` is the catalog unless a
    /// test brings its own.
    public static func check(
        text: String, file: String, environment: [String: String], overrides: [(path: String, value: String)] = [],
        looksAtFiles: Bool = false,
        isKnownKafkaProperty: @escaping (String) -> (known: Bool, suggestion: String?) = { _ in (true, nil) },
        components: [ComponentDescription] = Catalog.descriptions
    ) -> (TopologyPlan?, [Finding]) {
        let checker = Checker(file: file, components: components, isKnownKafkaProperty: isKnownKafkaProperty)
        checker.overrides = overrides.map { $0.path }
        checker.looksAtFiles = looksAtFiles
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
