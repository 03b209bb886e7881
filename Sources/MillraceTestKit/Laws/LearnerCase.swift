public import OnlineLearning

/// One component of the catalog with one setting of its parameters: what the laws are checked on.
public struct LearnerCase: Sendable, CustomStringConvertible {
    /// The catalog's entry.
    public let component: ComponentDescription
    /// Parameters that differ from their defaults.
    public let given: [String: ParameterValue]
    /// Classes of a classifier.
    public let classCount: Int

    /// - Parameter given: must be valid for the component.
    public init(_ component: ComponentDescription, _ given: [String: ParameterValue] = [:], classCount: Int = 2) {
        self.component = component
        self.given = given
        self.classCount = classCount
    }

    /// The component and its settings, for the test's name.
    public var description: String {
        let settings = given.keys.sorted().map { "\($0): \(given[$0]!.text)" }.joined(separator: ", ")
        return "\(component.name)(\(settings))" + (classCount == 2 ? "" : " with \(classCount) classes")
    }

    /// Every classifier, regressor and transformer of the catalog: with its defaults, with every word of every choice,
    /// with both values of every switch, and with both ends of every range.
    public static let all: [LearnerCase] =
        (Catalog.classifiers.map { $0.description } + Catalog.regressors.map { $0.description }
        + Catalog.transformers.map { $0.description }).flatMap(settings)

    private static func settings(_ component: ComponentDescription) -> [LearnerCase] {
        var cases = [LearnerCase(component)]
        if component.role == .classifier { cases.append(LearnerCase(component, classCount: 5)) }
        for parameter in component.parameters {
            let values: [ParameterValue] =
                switch parameter.kind {
                case .number(let range, _): [.number(range.lowerBound), .number(range.upperBound)]
                case .integer(let range, _): [.integer(range.lowerBound), .integer(range.upperBound)]
                case .boolean: [.boolean(false), .boolean(true)]
                case .choice(let words, _): words.map { .choice($0) }
                case .features: [.features(["amount", "online", "city"])]
                case .component(let role, _): simple(role).map { .component($0) }
                case .members(let role, _):
                    [.members(simple(role).map { ComponentMember("the_\($0.name)", $0) })]
                }
            // Two members of an ensemble show what a setting of its members does, at a fifth of the time.
            var others: [String: ParameterValue] = [:]
            if parameter.name != "models", component.parameters.contains(where: { $0.name == "models" }) {
                others["models"] = .integer(2)
            }
            cases += values.filter { $0 != parameter.defaultValue }.map { value in
                LearnerCase(component, others.merging([parameter.name: value]) { $1 })
            }
        }
        return cases
    }

    /// Two components of a role that hold no others.
    private static func simple(_ role: ComponentRole) -> [ComponentPlan] {
        Catalog.descriptions.filter { $0.role == role && $0.parameters.allSatisfy { $0.kind.role == nil } }
            .prefix(2).map { ComponentPlan($0.name, $0.defaults) }
    }

    /// Examples in which a law shows itself: fewer where a component has many members.
    public var events: Int {
        guard case .integer(let members) = given["models"], members > 10 else { return 1500 }
        return 400
    }

    /// Damaged snapshots that are tried, of each kind: every setting of a component writes the same format, so that one of
    /// them stands for many.
    var damages: Int { given.isEmpty ? 250 : 40 }

    /// A bound that at least twice what the component takes before it has learned anything fits into: a topology with a
    /// lower one is refused.
    func leastMemory(_ limit: Int) -> Int { max(limit, make(LawStream.features).component.memoryBytes * 2) }

    /// A new component for a stream's features.
    public func make(_ features: [Feature], memoryLimit: Int = 64 << 20) -> Learner {
        let parameters = ParameterValues(component, given)
        let context = ComponentContext(
            features: features, classCount: component.role == .classifier ? classCount : 0, memoryLimit: memoryLimit)
        switch component.role {
        case .classifier:
            let type = Catalog.classifiers.first { $0.description == component }!
            return .classifier(type.init(parameters: parameters, context: context), classCount)
        case .regressor:
            let type = Catalog.regressors.first { $0.description == component }!
            return .regressor(type.init(parameters: parameters, context: context))
        default:
            let type = Catalog.transformers.first { $0.description == component }!
            return .transformer(type.init(parameters: parameters, context: context))
        }
    }
}

/// A component behind one face: it learns labelled examples and answers with numbers.
public enum Learner {
    case classifier(any Classifier, Int)
    case regressor(any Regressor)
    case transformer(any Transformer)

    /// The component itself.
    public var component: any Component {
        switch self {
        case .classifier(let classifier, _): classifier
        case .regressor(let regressor): regressor
        case .transformer(let transformer): transformer
        }
    }

    /// Names of the numbers of an answer, in order.
    public var answerNames: [String] {
        switch self {
        case .classifier(_, let count): (0..<count).map { "class \($0)" }
        case .regressor: ["value"]
        case .transformer(let transformer): transformer.outputFeatures.map { $0.name }
        }
    }

    /// Learns one example; a transformer ignores the label.
    public func learn(_ example: Example, _ label: (classIndex: Int, target: Double)) {
        switch self {
        case .classifier(let classifier, _): classifier.learn(example, classIndex: label.classIndex, weight: 1)
        case .regressor(let regressor): regressor.learn(example, target: label.target, weight: 1)
        case .transformer(let transformer): transformer.learn(example)
        }
    }

    /// Writes as many numbers as there are `answerNames`.
    public func answer(_ example: Example, into answer: UnsafeMutablePointer<Double>) {
        switch self {
        case .classifier(let classifier, _): classifier.predict(example, into: answer)
        case .regressor(let regressor): answer[0] = regressor.predict(example)
        case .transformer(let transformer): transformer.transform(example, into: answer)
        }
    }

    /// The component's snapshot.
    public var bytes: [UInt8] {
        var writer = SnapshotWriter()
        component.write(to: &writer)
        return writer.bytes
    }
}
