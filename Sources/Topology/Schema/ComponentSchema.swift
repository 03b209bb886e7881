import OnlineLearning
import Text

/// JSON Schemas of the catalog's components.
struct ComponentSchema {
    let components: [ComponentDescription]

    /// A name alone, or a map of one name to its parameters.
    func component(_ roles: [ComponentRole]) -> JSON { either(roles, also: [], most: 1) }

    /// A model: the same, and its own `pipeline`.
    var model: JSON {
        either(
            [.classifier, .regressor], also: [("pipeline", TopologySchema.reference("transforms"))], most: 2)
    }

    /// Where the schema of a role's components stands.
    private static func reference(_ role: ComponentRole) -> JSON {
        TopologySchema.reference(role == .transformer ? "transform" : role.rawValue)
    }

    private func either(_ roles: [ComponentRole], also: [(String, JSON)], most: Int) -> JSON {
        let found = components.filter { roles.contains($0.role) }
        let map = JSON.object([
            ("type", .text("object")), ("minProperties", .integer(1)), ("maxProperties", .integer(Int64(most))),
            ("properties", .object(found.map { ($0.name, parameters($0)) } + also)),
            ("additionalProperties", .bool(false)),
        ])
        guard !found.isEmpty else { return map }
        return .object([("anyOf", .array([.object([("enum", .array(found.map { .text($0.name) }))]), map]))])
    }

    private func parameters(_ component: ComponentDescription) -> JSON {
        .object([
            ("type", .array([.text("object"), .text("null")])), ("description", .text(component.summary)),
            ("properties", .object(component.parameters.map { ($0.name, parameter($0)) })),
            ("additionalProperties", .bool(false)),
        ])
    }

    private func parameter(_ parameter: ParameterDescription) -> JSON {
        var members: [(String, JSON)]
        switch parameter.kind {
        case .number(let range, let standard):
            members = [
                ("type", .text("number")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)), ("default", .number(standard)),
            ]
        case .integer(let range, let standard):
            members = [
                ("type", .text("integer")), ("minimum", .integer(Int64(range.lowerBound))),
                ("maximum", .integer(Int64(range.upperBound))), ("default", .integer(Int64(standard))),
            ]
        case .boolean(let standard): members = [("type", .text("boolean")), ("default", .bool(standard))]
        case .choice(let words, let standard):
            members = [("enum", .array(words.map(JSON.text))), ("default", .text(standard))]
        case .component(let role, _):
            return .object([("description", .text(parameter.summary)), ("anyOf", .array([Self.reference(role)]))])
        case .members(let role, _):
            return .object([
                ("description", .text(parameter.summary)), ("type", .text("object")), ("minProperties", .integer(1)),
                ("additionalProperties", Self.reference(role)),
            ])
        case .features:
            let word = TopologySchema.reference("word")
            return .object([
                ("description", .text(parameter.summary)), ("anyOf", .array([word, TopologySchema.array(word)])),
            ])
        }
        members = [("description", .text(parameter.summary))] + members
        let variable =
            parameter.isBytes ? JSON.object([("type", .text("string"))]) : TopologySchema.reference("variable")
        var forms = [JSON.object(members), variable]
        switch parameter.kind {
        case .number, .integer: forms.append(TopologySchema.reference("exponent"))
        default: break
        }
        return .object([("anyOf", .array(forms))])
    }
}
