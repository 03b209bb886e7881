/// A parameter's type, range and default: what the linter checks, the schema states and the docs print.
public enum ParameterKind: Sendable, Equatable {
    /// A number in a closed range.
    case number(ClosedRange<Double>, default: Double)
    /// A whole number in a closed range.
    case integer(ClosedRange<Int>, default: Int)
    case boolean(default: Bool)
    /// One of the words.
    case choice([String], default: String)
    /// Names of features; empty means every feature the component can use.
    case features
    /// A component of that role, by name or with its parameters.
    case component(ComponentRole, default: String)
    /// Components of that role under names of their own; the default ones are named after themselves.
    case members(ComponentRole, default: [String])

    /// The role of the components that it holds, or nil: it holds none.
    public var role: ComponentRole? {
        switch self {
        case .component(let role, _), .members(let role, _): role
        default: nil
        }
    }
}

/// One parameter of a component.
public struct ParameterDescription: Sendable, Equatable {
    /// The name in YAML.
    public let name: String
    /// Type, range and default.
    public let kind: ParameterKind
    /// What it is, without what else is known of it.
    let sentence: String
    /// Defaults that hold instead where `compatibility` has the word: another library's own.
    public let compatible: [String: ParameterValue]
    /// It may be changed and what was learned goes on.
    public let isHot: Bool
    /// The values next to one, or nil: `tune` leaves it alone.
    public let steps: ParameterSteps?

    /// A parameter of these parts.
    public init(
        _ name: String, _ kind: ParameterKind, _ summary: String, compatible: [String: ParameterValue] = [:],
        isHot: Bool = false, steps: ParameterSteps? = nil
    ) {
        self.steps = steps
        self.name = name
        self.kind = kind
        sentence = summary
        self.compatible = compatible
        self.isHot = isHot
    }

    /// What it is, with the unit, and what may be done with it.
    public var summary: String {
        sentence + (isHot ? " May be changed, and what was learned goes on." : "") + (steps == nil ? "" : " Tunable.")
    }
}

/// A parameter's checked value.
public enum ParameterValue: Sendable, Equatable {
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    case choice(String)
    case features([String])
    case component(ComponentPlan)
    case members([ComponentMember])

    /// The value as YAML would spell it, one spelling per value.
    public var text: String {
        switch self {
        case .number(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .choice(let value): value
        case .features(let names): "[" + names.joined(separator: ", ") + "]"
        case .component(let plan): plan.canonicalText
        case .members(let members):
            "{" + members.map { "\($0.name): \($0.plan.canonicalText)" }.joined(separator: ", ") + "}"
        }
    }
}

/// A component within another one.
public struct ComponentMember: Sendable, Equatable {
    /// Its name there.
    public var name: String
    /// What it is made of.
    public var plan: ComponentPlan

    /// A named component.
    public init(_ name: String, _ plan: ComponentPlan) {
        self.name = name
        self.plan = plan
    }
}

/// The complete, checked parameters of one component: what was given, and defaults for the rest.
public struct ParameterValues: Sendable, Equatable {
    private var values: [String: ParameterValue]

    /// Defaults of `description`, overridden by `given`. The linter has checked names, types and ranges before.
    public init(_ description: ComponentDescription, _ given: [String: ParameterValue] = [:]) {
        values = [:]
        let compatibility = given["compatibility"]?.text ?? ""
        for parameter in description.parameters {
            let value = given[parameter.name] ?? parameter.compatible[compatibility] ?? parameter.defaultValue
            values[parameter.name] = value.sorted
        }
    }

    /// The value of a number; the component declares it.
    public func number(_ name: String) -> Double {
        switch values[name] {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: preconditionFailure("the catalog has no number '\(name)' here")
        }
    }

    /// The value of a whole number; the component declares it.
    public func integer(_ name: String) -> Int {
        guard case .integer(let value) = values[name] else { preconditionFailure("no whole number '\(name)' here") }
        return value
    }

    /// The value of a boolean; the component declares it.
    public func boolean(_ name: String) -> Bool {
        guard case .boolean(let value) = values[name] else { preconditionFailure("no boolean '\(name)' here") }
        return value
    }

    /// The chosen word; the component declares it.
    public func choice(_ name: String) -> String {
        guard case .choice(let value) = values[name] else { preconditionFailure("no choice '\(name)' here") }
        return value
    }

    /// The named features; empty: all the component can use.
    public func features(_ name: String = "features") -> [String] {
        guard case .features(let value) = values[name] else {
            preconditionFailure("no list of features '\(name)' here")
        }
        return value
    }

    /// The component that a parameter holds.
    public func component(_ name: String) -> ComponentPlan {
        guard case .component(let plan) = values[name] else { preconditionFailure("no component '\(name)' here") }
        return plan
    }

    /// The named components that a parameter holds, sorted by name: the order in the file decides nothing.
    public func members(_ name: String = "members") -> [ComponentMember] {
        guard case .members(let members) = values[name] else { preconditionFailure("no members '\(name)' here") }
        return members
    }

    /// The value of a parameter, or nil: it is none of the component's.
    public func value(_ name: String) -> ParameterValue? { values[name] }

    /// The same with one parameter changed.
    func setting(_ name: String, _ value: ParameterValue) -> ParameterValues {
        var changed = self
        changed.values[name] = value
        return changed
    }

    /// The parameters whose values differ, sorted by name.
    public func names(differingFrom other: ParameterValues) -> [String] {
        Set(values.keys).union(other.values.keys).filter { values[$0] != other.values[$0] }.sorted()
    }

    /// Every parameter, sorted by name: stored in snapshots and compared on load.
    public var canonicalText: String {
        values.keys.sorted().map { "\($0): \(values[$0]!.text)" }.joined(separator: ", ")
    }
}

extension ParameterDescription {
    /// The value where the topology gives none.
    public var defaultValue: ParameterValue {
        switch kind {
        case .number(_, let value): .number(value)
        case .integer(_, let value): .integer(value)
        case .boolean(let value): .boolean(value)
        case .choice(_, let value): .choice(value)
        case .features: .features([])
        case .component(let role, let name): .component(Catalog.standard(name, role))
        case .members(let role, let names): .members(names.map { ComponentMember($0, Catalog.standard($0, role)) })
        }
    }
}

extension ParameterValue {
    /// With members in the order of their names.
    fileprivate var sorted: ParameterValue {
        guard case .members(let members) = self else { return self }
        return .members(members.sorted { $0.name < $1.name })
    }
}
