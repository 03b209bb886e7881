import OnlineLearning

/// Reads components and their parameters against the catalog.
struct ComponentReader {
    let checker: Checker
    /// The topology's features.
    let schema: Schema

    /// A name alone, or a map of one name to parameters. Nil after a finding.
    func component(_ node: YAMLNode, _ roles: [ComponentRole], _ what: String) -> ComponentPlan? {
        if let text = node.text { return plan(text, node.mark, parameters: nil, roles, what) }
        guard let entries = node.entries, entries.count == 1 else {
            checker.report(node.mark, "\(what) must be a name, or a map of one name to its parameters")
            return nil
        }
        return plan(entries[0].key, entries[0].mark, parameters: entries[0].node, roles, what)
    }

    /// A list of transforms, or one.
    func transforms(_ node: YAMLNode) -> [ComponentPlan] {
        if case .list(let items) = node.value { return items.compactMap(transform) }
        return [transform(node)].compactMap { $0 }
    }

    private func transform(_ node: YAMLNode) -> ComponentPlan? {
        guard let plan = component(node, [.transformer], "a transform") else { return nil }
        let list = node.entries?.first?.node[key: "features"]
        if let list { checkKinds(plan, list) }
        return plan
    }

    /// A transform of numbers does not fit categories, nor the other way round.
    private func checkKinds(_ plan: ComponentPlan, _ list: YAMLNode) {
        guard let accepted = checker.find(plan.name, .transformer)?.features else { return }
        let what = accepted == [.categorical] ? "categories" : "numbers"
        let items = if case .list(let items) = list.value { items } else { [list] }
        for item in items {
            guard let name = item.text, let slot = schema.slot(of: name) else { continue }
            let kind = schema.features[slot].kind
            if !accepted.contains(kind) {
                checker.report(item.mark, "'\(plan.name)' takes \(what), the feature '\(name)' is \(kind.rawValue)")
            }
        }
    }

    /// The component of that name in one of the roles, with checked parameters.
    func plan(
        _ name: String, _ mark: YAMLMark, parameters: YAMLNode?, _ roles: [ComponentRole], _ what: String
    ) -> ComponentPlan? {
        guard let found = checker.components.first(where: { $0.name == name && roles.contains($0.role) }) else {
            reportUnknown(name, mark, roles, what)
            return nil
        }
        return ComponentPlan(name, ParameterValues(found, values(parameters, of: found)))
    }

    private func reportUnknown(_ name: String, _ mark: YAMLMark, _ roles: [ComponentRole], _ what: String) {
        let known = roles.flatMap { checker.names($0) }
        if let other = checker.components.first(where: { $0.name == name }) {
            checker.report(
                mark, "'\(name)' is a \(other.role.rawValue) and cannot be \(what): there is \(Self.list(known))")
        } else if Planned.components.contains(name) {
            checker.report(mark, "'\(name)' is not available yet: there is \(Self.list(known))")
        } else {
            let near = checker.nearest(to: name, in: known)
            let list = near == nil ? ": there is \(Self.list(known))" : ""
            checker.report(mark, "'\(name)' is not known as \(what)\(list)", suggestion: near)
        }
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

    private func values(_ node: YAMLNode?, of found: ComponentDescription) -> [String: ParameterValue] {
        guard let node, !node.isNull else { return [:] }
        guard let entries = node.entries else {
            checker.report(node.mark, "parameters of '\(found.name)' must be a map, not \(node.kindInWords)")
            return [:]
        }
        var given: [String: ParameterValue] = [:]
        for entry in entries {
            guard let parameter = found.parameters.first(where: { $0.name == entry.key }) else {
                let known = found.parameters.map { $0.name }
                let near = checker.nearest(to: entry.key, in: known)
                let list = known.isEmpty ? ": it has none" : ": known are \(known.joined(separator: ", "))"
                checker.report(
                    entry.mark, "'\(found.name)' has no parameter '\(entry.key)'\(near == nil ? list : "")",
                    suggestion: near)
                continue
            }
            if let value = value(entry.node, parameter, of: found.name) { given[parameter.name] = value }
        }
        return given
    }

    private func value(_ node: YAMLNode, _ parameter: ParameterDescription, of component: String) -> ParameterValue? {
        let name = "\(component).\(parameter.name)"
        switch parameter.kind {
        case .features: return features(node, name)
        case .component(let role, _): return self.component(node, [role], role.phrase).map { .component($0) }
        case .members(let role, _): return members(node, role, name)
        default: return scalar(node, parameter, name)
        }
    }

    /// A map of names to components.
    private func members(_ node: YAMLNode, _ role: ComponentRole, _ name: String) -> ParameterValue? {
        guard let entries = node.entries, !entries.isEmpty else {
            checker.report(node.mark, "'\(name)' must be a map of names to \(role.rawValue)s, not \(node.kindInWords)")
            return nil
        }
        return .members(
            entries.compactMap { entry in
                component(entry.node, [role], role.phrase).map { ComponentMember(entry.key, $0) }
            })
    }

    private func scalar(_ node: YAMLNode, _ parameter: ParameterDescription, _ name: String) -> ParameterValue? {
        var near: String?
        if case .scalar(let text, let plain) = node.value {
            switch parameter.kind {
            case .number(let range, _):
                if let number = Checker.realNumber(text), range.contains(number) { return .number(number) }
            case .integer(let range, _):
                // Parameters in bytes take units as `memory` does.
                let number = Checker.wholeNumber(text) ?? (parameter.isBytes ? Units.bytes(text) : nil)
                if let number, range.contains(number) { return .integer(number) }
            case .boolean:
                if plain || node.raw != nil, let flag = Checker.boolean(text) { return .boolean(flag) }
            case .choice(let words, _):
                if words.contains(text) { return .choice(text) }
                near = checker.nearest(to: text, in: words)
            case .features, .component, .members: break
            }
        }
        checker.report(
            node.mark, "'\(name)' must be \(parameter.kind.form), not \(node.kindInWords)",
            suggestion: near)
        return nil
    }

    private func features(_ node: YAMLNode, _ name: String) -> ParameterValue {
        var names: [String] = []
        for word in checker.words(node, name) {
            if schema.slot(of: word.text) == nil {
                let known = schema.features.map { $0.name }
                checker.report(
                    word.mark, "'\(name)' names '\(word.text)', which is no feature",
                    suggestion: checker.nearest(to: word.text, in: known))
            } else if names.contains(word.text) {
                checker.report(word.mark, "'\(name)' names '\(word.text)' twice")
            } else {
                names.append(word.text)
            }
        }
        return .features(names)
    }
}

extension ParameterDescription {
    /// By the wording of the catalog.
    var isBytes: Bool { summary.hasPrefix("Bytes") }
}

extension ParameterKind {
    /// The values in words.
    var form: String {
        switch self {
        case .number(let range, _): "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
        case .integer(let range, _) where range.upperBound == Int.max: "a whole number from \(range.lowerBound)"
        case .integer(let range, _): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .choice(let words, _): words.joined(separator: " or ")
        case .features: "a list of features"
        case .component(let role, _): "\(role.phrase), with its parameters"
        case .members(let role, _): "a map of names to \(role.rawValue)s, each with its parameters"
        }
    }

    static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
    }
}
