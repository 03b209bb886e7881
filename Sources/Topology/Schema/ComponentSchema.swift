import OnlineLearning

/// JSON Schemas of the catalog's components.
struct ComponentSchema {
    let components: [ComponentDescription]

    /// A name alone, or a map of one name to its parameters.
    func component(_ roles: [ComponentRole]) -> JSONValue { either(roles, also: [], most: 1) }

    /// A model: the same, and its own `pipeline`.
    var model: JSONValue {
        either(
            [.classifier, .regressor], also: [("pipeline", TopologySchema.reference("transforms"))], most: 2)
    }

    private func either(_ roles: [ComponentRole], also: [(String, JSONValue)], most: Int) -> JSONValue {
        let found = components.filter { roles.contains($0.role) }
        let map = JSONValue.object([
            ("type", .text("object")), ("minProperties", .integer(1)), ("maxProperties", .integer(most)),
            ("properties", .object(found.map { ($0.name, parameters($0)) } + also)),
            ("additionalProperties", .boolean(false)),
        ])
        guard !found.isEmpty else { return map }
        return .object([("anyOf", .list([.object([("enum", .list(found.map { .text($0.name) }))]), map]))])
    }

    private func parameters(_ component: ComponentDescription) -> JSONValue {
        .object([
            ("type", .list([.text("object"), .text("null")])), ("description", .text(component.summary)),
            ("properties", .object(component.parameters.map { ($0.name, parameter($0)) })),
            ("additionalProperties", .boolean(false)),
        ])
    }

    private func parameter(_ parameter: ParameterDescription) -> JSONValue {
        var members: [(String, JSONValue)]
        switch parameter.kind {
        case .number(let range, let standard):
            members = [
                ("type", .text("number")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)), ("default", .number(standard)),
            ]
        case .integer(let range, let standard):
            members = [
                ("type", .text("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)), ("default", .integer(standard)),
            ]
        case .boolean(let standard): members = [("type", .text("boolean")), ("default", .boolean(standard))]
        case .choice(let words, let standard):
            members = [("enum", .list(words.map(JSONValue.text))), ("default", .text(standard))]
        case .features:
            let word = TopologySchema.reference("word")
            return .object([
                ("description", .text(parameter.summary)), ("anyOf", .list([word, TopologySchema.array(word)])),
            ])
        }
        members = [("description", .text(parameter.summary))] + members
        let variable =
            parameter.isBytes ? JSONValue.object([("type", .text("string"))]) : TopologySchema.reference("variable")
        var forms = [JSONValue.object(members), variable]
        switch parameter.kind {
        case .number, .integer: forms.append(TopologySchema.reference("exponent"))
        default: break
        }
        return .object([("anyOf", .list(forms))])
    }
}
