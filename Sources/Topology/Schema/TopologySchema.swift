public import OnlineLearning
import Text

/// The JSON Schema of topologies, for editors: made of the same table of keys and catalog as the checks.
public enum TopologySchema {
    /// The schema's text, JSON Schema draft 2020-12. Deterministic.
    public static func json(components: [ComponentDescription] = Catalog.descriptions) -> String {
        value(components).pretty + "\n"
    }

    static func value(_ components: [ComponentDescription]) -> JSON {
        guard case .object(let root) = section("", nil) else { preconditionFailure("the root is a section") }
        let catalog = ComponentSchema(components: components)
        return .object(
            [
                ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
                ("title", .text("Millrace topology")),
            ] + root.map { ($0.key, $0.value) } + [
                (
                    "$defs",
                    .object([
                        ("variable", .object([("type", .text("string")), ("pattern", .text("\\$\\{"))])),
                        // Readers of YAML 1.1 take 1e-7, without a point, for a word.
                        (
                            "exponent",
                            .object([
                                ("type", .text("string")), ("pattern", .text("^[+-]?[0-9][0-9._]*[eE][+-]?[0-9]+$")),
                            ])
                        ),
                        ("word", .object([("type", .array(["string", "number", "boolean"].map(JSON.text)))])),
                        ("model", catalog.model), ("classifier", catalog.component([.classifier])),
                        ("regressor", catalog.component([.regressor])),
                        ("transform", catalog.component([.transformer])),
                        (
                            "transforms",
                            .object([
                                ("anyOf", .array([reference("transform"), array(reference("transform"))]))
                            ])
                        ),
                        ("detector", catalog.component([.detector])),
                        ("action", .object([("anyOf", .array([catalog.component([.action]), formerAction]))])),
                    ])
                )
            ])
    }

    /// What `action` could be before `select` had a key of its own; a finding says so.
    private static let formerAction = JSON.object([
        ("enum", .array([.text("switch")])), ("deprecated", .bool(true)),
        ("description", .text("Taken for `select: at_drift`: write that, or `select: always`.")),
    ])

    /// A map of the keys below a path.
    private static func section(_ path: String, _ summary: String?) -> JSON {
        let keys = TopologyKeys.children(of: path).filter { $0.later == nil }
        var members: [(String, JSON)] = [("type", .text("object"))]
        if let summary { members.append(("description", .text(summary))) }
        members.append(("properties", .object(keys.map { ($0.name, schema(of: $0)) })))
        let required = keys.filter { $0.required }.map { JSON.text($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        return .object(members + [("additionalProperties", .bool(false))])
    }

    private static func schema(of key: TopologyKey) -> JSON {
        if case .section = key.kind { return section(key.path, key.summary) }
        var members: [(String, JSON)] = [("description", .text(key.summary))]
        if let standard = key.standard { members.append(("default", literal(standard, key.kind))) }
        return .object(members + constraint(key))
    }

    /// What a value must be, as members of its schema.
    private static func constraint(_ key: TopologyKey) -> [(String, JSON)] {
        switch key.kind {
        case .text: [("type", .array([.text("string"), .text("number")]))]
        case .topic:
            [
                ("type", .array([.text("string"), .text("number")])),
                ("pattern", .text("^[A-Za-z0-9._-]{1,230}$|\\$\\{")),
            ]
        case .integer(let range):
            [
                (
                    "anyOf",
                    .array([
                        .object([
                            ("type", .text("integer")), ("minimum", .integer(Int64(range.lowerBound))),
                            ("maximum", .integer(Int64(range.upperBound))),
                        ]), reference("variable"), reference("exponent"),
                    ])
                )
            ]
        case .size:
            [
                ("type", .array([.text("string"), .text("integer")])),
                ("pattern", .text("^[0-9.]+([kKMGT]B|[KMGT]iB|B)?$|\\$\\{")), ("examples", .array([.text("256MiB")])),
            ]
        case .duration:
            [("type", .text("string")), ("pattern", .text("^[0-9.]+(ms|s|m|h|d)$|\\$\\{"))]
        case .choice(let words, _): orVariable([("enum", .array(words.map(JSON.text)))])
        case .words: [("anyOf", .array([reference("word"), array(reference("word"))]))]
        case .named: named(key)
        case .list:
            // A list of one may go without its dash.
            [("anyOf", .array([section(key.path + "[]", nil), array(section(key.path + "[]", nil))]))]
        case .component(let slot): [("$ref", .text("#/$defs/\(slot.rawValue)"))]
        case .section, .special: special(key)
        }
    }

    private static func named(_ key: TopologyKey) -> [(String, JSON)] {
        var entry = reference("model")
        if key.path == "features", let kind = TopologyKeys.find("features.*.kind") {
            entry = .object([("anyOf", .array([.object(constraint(kind)), section("features.*", nil)]))])
        }
        let map: [(String, JSON)] = [
            ("type", .text("object")), ("minProperties", .integer(1)), ("additionalProperties", entry),
        ]
        guard key.path == "models" else { return map }
        return [("anyOf", .array([.object([("enum", .array([.text("auto")]))]), .object(map)]))]
    }

    private static func special(_ key: TopologyKey) -> [(String, JSON)] {
        switch key.path {
        case "tests[].generate.parameters":
            return [("type", .text("object"))]
        case "kafka.properties":
            let owned = (Array(Planned.ownedProperties.keys) + DeniedProperties.reasons.keys).sorted().map(
                JSON.text)
            let names = JSON.object([("not", .object([("enum", .array(owned))]))])
            return [("type", .text("object")), ("propertyNames", names), ("additionalProperties", reference("word"))]
        case "input.time", "label.time":
            return [("anyOf", .array([.object([("type", .text("string"))]), section(key.path, nil)]))]
        case "tune":
            return [("anyOf", .array([.object([("type", .array(["boolean", "string"]))]), section(key.path, nil)]))]
        case "label.on_timeout":
            return [("type", .array([.text("string"), .text("number"), .text("boolean")]))]
        case "input.start", "tests[].delay": return [("type", .array([.text("string"), .text("integer")]))]
        case "tests[].expect":
            let metric =
                "^(\(Expectation.metrics.joined(separator: "|")))$|"
                + "^(window|models|baselines|metrics|metrics_by_arrival|metrics_by_event_time|labels)[.]"
            let map = JSON.object([
                ("type", .text("object")), ("propertyNames", .object([("pattern", .text(metric))])),
                ("additionalProperties", .object([("type", .array([.text("string"), .text("number")]))])),
            ])
            return [("anyOf", .array([map, array(map)]))]
        default: return [("type", .text("string"))]
        }
    }

    /// Any value may come from an environment variable.
    private static func orVariable(_ members: [(String, JSON)]) -> [(String, JSON)] {
        [("anyOf", .array([.object(members), reference("variable")]))]
    }

    private static func literal(_ text: String, _ kind: KeyKind) -> JSON {
        if case .integer = kind, let number = Int(text) { return .integer(Int64(number)) }
        return .text(text)
    }

    static func reference(_ name: String) -> JSON { .object([("$ref", .text("#/$defs/\(name)"))]) }

    static func array(_ items: JSON) -> JSON { .object([("type", .text("array")), ("items", items)]) }
}
