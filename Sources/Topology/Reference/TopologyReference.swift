import EventFormats
public import OnlineLearning

/// The reference page of topologies, made of the same table of keys and catalog as the checks.
public enum TopologyReference {
    /// The page `docs/topology-reference.md`. Deterministic.
    public static func markdown(components: [ComponentDescription] = Catalog.descriptions) -> String {
        var page = introduction
        for heading in headings { page += section(heading.title, heading.text, heading.prefixes) }
        page += limits + later(components)
        for role in roles {
            let found = components.filter { $0.role == role.role }.sorted { $0.name < $1.name }
            page += "\n## \(role.title)\n\n\(role.text)\n"
            for component in found { page += text(of: component) }
        }
        return page
    }

    private static let headings: [(title: String, text: String, prefixes: [String])] = [
        (
            "The topology", "",
            ["name", "seed", "scope", "memory", "guarantee", "commit_interval", "on_gap", "history", "metrics"]
        ),
        ("kafka", "", ["kafka"]),
        (
            "input",
            """
            A cell means the same in CSV and in JSON's quotes, for `create`, `generate`, `evaluate` and `run`:

            - Blanks around it are no part of it (in CSV those within quotes are); a blank cell is missing.
            - `numeric`: JSON's numbers, also `+5`, `05`, `.5`, `5.`; `NaN` and `Infinity` are dead letters.
            - `boolean`: true, yes, y, t, on, 1 and false, no, n, f, off, 0; words in any case.
            - `categorical` and classes: the text; numbers by their value, so that 1, 1.0 and "1" are one.
            - Times: dates that there are; the 30th of February is a dead letter in every format. `%f` in a pattern is a
              fraction of a second.
            """, ["input"]
        ),
        (
            "features",
            "`name: kind`, or `name: {kind: …, …}`. The name is the field of the record, or a path into it: `user.age` "
                + "is a member of an object, `items.0.price` goes through a place in a list. A field that is absent, "
                + "null, blank or a missing word is missing, and the event is predicted all the same.", ["features"]
        ),
        ("label", "", ["label"]),
        (
            "pipeline and models",
            "A model is `name: component`, or `name: {component: {parameter: value}, pipeline: [transform, …]}`. "
                + "Where there is no `pipeline`, a model has the transforms that its component needs; they stand below.",
            ["pipeline", "models", "select", "tune", "slices"]
        ),
        ("drift", "A list; each entry is one detector with its action.", ["drift"]),
        (
            "breaker and guards", "Either or both; what they do stands in [drift](drift.md).", ["breaker", "guards"]
        ),
        ("output", "", ["output"]),
        (
            "tests",
            "A list. Events come from a file or from a generated stream, as in `evaluate`. Metrics are the names of "
                + "`evaluate --json`: \(Expectation.metrics.map { "`\($0)`" }.joined(separator: ", ")); and with "
                + "`window.` or `models.NAME.` before it, those of the last window or of one model; "
                + "`baselines.NAME` is a baseline's main metric.", ["tests"]
        ),
    ]

    private static let roles: [(role: ComponentRole, title: String, text: String)] = [
        (.classifier, "Models of classes", "For `label.type: binary` and `multiclass`."),
        (.regressor, "Models of numbers", "For `label.type: regression`."),
        (.transformer, "Transforms", "For `pipeline`, in the order in which they are applied."),
        (.detector, "Drift detectors", "For `drift`."),
        (.action, "Actions", "For `drift`: what is done when a detector fires."),
    ]

    /// What is refused for its size, in one place.
    private static let limits: String = {
        let rows = [
            ("Features", "\(PlanReader.maxFeatures)"),
            ("Classes", "1024, declared or discovered; `create` takes words as classes up to 256"),
            ("Categories of a feature", "65535; what comes later is \"other\""),
            ("A class, a category", "\(CategoryTable.longestWord) bytes; a longer category is \"other\""),
            ("A record", "`input.max_record_bytes`, 1 MiB unless given; in a file also 64 MiB"),
            ("An id, a Kafka key", "\(EventIntake.maxKeyBytes >> 10) KiB"),
            ("Nesting of JSON", "1024 levels, 128 in a path to a feature"),
            ("A topology", "1 MiB of YAML"),
            ("Fields that `create` tells apart", "10000, 8 levels deep; 1000 different values of each"),
        ]
        return
            "\n## Limits\n\nBeyond them a topology is refused, or a record is a dead letter (`too_large`, `broken_json`).\n\n"
            + "| of | at most |\n|---|---|\n" + rows.map { row([$0.0, $0.1]) }.joined()
    }()

    private static func section(_ title: String, _ text: String, _ prefixes: [String]) -> String {
        let keys = TopologyKeys.all.filter { key in
            key.later == nil
                && prefixes.contains { key.path == $0 || key.path.hasPrefix($0 + ".") || key.path.hasPrefix($0 + "[") }
        }
        var page = "\n## \(title)\n\n"
        if !text.isEmpty { page += text + "\n\n" }
        page += "| key | value | default | what it is |\n|---|---|---|---|\n"
        for key in keys {
            if case .section = key.kind { continue }
            if case .list = key.kind { continue }
            let form: String
            if case .special = key.kind { form = "" } else { form = key.form }
            page += row(["`\(key.path)`", form, key.required ? "required" : code(key.standard), key.summary])
        }
        return page
    }

    /// Keys and names of the design that this version refuses.
    private static func later(_ components: [ComponentDescription]) -> String {
        var page = "\n## Not available yet\n\nThese are refused with a finding that says what there is instead.\n\n"
        for key in TopologyKeys.all {
            if let instead = key.later { page += "- `\(key.path)`: \(instead).\n" }
            if case .choice(let words, let later) = key.kind, !later.isEmpty {
                let names = later.map { "`\($0)`" }.joined(separator: ", ")
                page += "- `\(key.path)`: \(names); there is \(words.joined(separator: ", ")).\n"
            }
        }
        let missing = Planned.components.subtracting(components.map { $0.name }).sorted()
        if !missing.isEmpty { page += "- Components: \(missing.map { "`\($0)`" }.joined(separator: ", ")).\n" }
        return page
    }

    private static func text(of component: ComponentDescription) -> String {
        var page = "\n### \(component.name)\n\n\(sentence(component.summary)) Source: \(sentence(component.source)) "
        page += "Cost: \(sentence(component.cost))"
        if component.role == .detector, component.signals != SignalKind.allCases {
            page += " Watches \(component.signals.map { "`\($0.rawValue)`" }.joined(separator: " and ")) only."
        }
        if component.role != .detector, component.features != FeatureKind.allCases {
            page += " Features: \(component.features.map(\.rawValue).joined(separator: " and "))."
        }
        if !component.defaultPipeline.isEmpty {
            page += " Transforms by default: \(component.defaultPipeline.map { "`\($0)`" }.joined(separator: ", "))."
        }
        page += "\n"
        guard !component.parameters.isEmpty else { return page }
        page += "\n| parameter | value | default | what it is |\n|---|---|---|---|\n"
        for parameter in component.parameters {
            let standard: String?
            if case .features = parameter.kind { standard = nil } else { standard = parameter.defaultValue.text }
            page += row(["`\(parameter.name)`", parameter.kind.form, code(standard), parameter.summary])
        }
        return page
    }

    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }

    private static func code(_ text: String?) -> String { text.map { "`\($0)`" } ?? "" }

    private static func row(_ cells: [String]) -> String {
        let safe = cells.map { cell in
            cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        }
        return "| " + safe.joined(separator: " | ") + " |\n"
    }
}
