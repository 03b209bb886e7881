import Console
import OnlineLearning
import StreamGenerators
import Text

/// What can be listed and described, from the catalogs.
enum Listing {
    static let roles = ["models", "transforms", "detectors", "actions", "streams"]

    static let streamNames: [String] = StreamCatalog.names

    /// Names of components, once each.
    static let componentNames: [String] = Catalog.descriptions.reduce(into: []) { names, entry in
        if !names.contains(entry.name) { names.append(entry.name) }
    }

    /// Names of classifiers and regressors.
    static let modelNames: [String] = components("models").map { $0.name }

    /// The heading a component stands under.
    static func heading(_ role: ComponentRole) -> String {
        switch role {
        case .classifier, .regressor: "models"
        case .transformer: "transforms"
        case .detector: "detectors"
        case .action: "actions"
        }
    }

    static func components(_ heading: String) -> [ComponentDescription] {
        Catalog.descriptions.filter { self.heading($0.role) == heading }
    }
}

extension ParameterDescription {
    /// Type and range in words.
    var rangeText: String {
        switch kind {
        case .number(let range, _): "number, \(Self.bound(range.lowerBound)) to \(Self.bound(range.upperBound))"
        case .integer(let range, _):
            "whole number, \(range.lowerBound) \(range.upperBound == .max ? "or more" : "to \(range.upperBound)")"
        case .boolean: "true or false"
        case .choice(let words, _): words.joined(separator: ", ")
        case .features: "names of features; all where absent"
        case .component(let role, _): "\(role.phrase), with its parameters"
        case .members(let role, _): "names, each with \(role.phrase)"
        }
    }

    /// The default as YAML spells it.
    var defaultText: String {
        switch kind {
        case .number(_, let value): "\(value)"
        case .integer(_, let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .choice(_, let value): value
        case .features: "all"
        case .component(_, let name): name
        case .members(_, let names): names.joined(separator: ", ")
        }
    }

    /// Type, range and default for programs.
    var json: JSON {
        var members: [(String, JSON)] = [("name", .text(name)), ("summary", .text(summary))]
        switch kind {
        case .number(let range, let value):
            members += [
                ("type", "number"), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
                ("default", .number(value)),
            ]
        case .integer(let range, let value):
            members += [
                ("type", "integer"), ("minimum", .integer(Int64(range.lowerBound))),
                ("maximum", .integer(Int64(range.upperBound))), ("default", .integer(Int64(value))),
            ]
        case .boolean(let value): members += [("type", "boolean"), ("default", .bool(value))]
        case .choice(let words, let value):
            members += [("type", "choice"), ("values", .array(words.map { .text($0) })), ("default", .text(value))]
        case .features: members += [("type", "features"), ("default", .null)]
        case .component(let role, let name):
            members += [("type", .text(role.rawValue)), ("default", .text(name))]
        case .members(let role, let names):
            members += [("type", .text("map of \(role.rawValue)s")), ("default", .array(names.map { .text($0) }))]
        }
        return .object(members)
    }

    private static func bound(_ value: Double) -> String {
        value == .greatestFiniteMagnitude || value == .infinity ? "∞" : "\(value)"
    }
}

extension ComponentDescription {
    /// The whole entry for programs.
    var json: JSON {
        [
            "name": .text(name), "role": .text(role.rawValue), "summary": .text(summary), "source": .text(source),
            "cost": .text(cost), "default_pipeline": .array(defaultPipeline.map { .text($0) }),
            "parameters": .array(parameters.map { $0.json }),
        ]
    }
}
