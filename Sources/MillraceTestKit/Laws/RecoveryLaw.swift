public import OnlineLearning

/// A wild value is recovered from: one event that holds what no other event holds costs a model no more than that event.
///
/// A model, without transforms or behind one that scales, predicts and learns a stream twice, once as it is and once
/// with one wild event; over the events that follow, of four such streams, its accuracy is that of the clean streams
/// within a point, and a regression's mean absolute error within 10 %.
public struct RecoveryLaw {
    /// What the wild event holds.
    public enum Wildness: String, CaseIterable, Sendable {
        case huge, hugeNegative, outlier, sentinel, large, tiny
        /// Nothing at all.
        case empty
        /// A number where a category or a yes or no stood: no category, no boolean.
        case otherType
    }

    /// Events of each stream.
    private static let events = 3000
    private static let seeds: [UInt64] = [5, 6, 7, 8]
    /// When the wild event comes: early, and when all is settled.
    private static let moments = [30, 800]

    private static let features: [Feature] = [
        Feature("a", .numeric), Feature("b", .numeric), Feature("c", .numeric), Feature("flag", .boolean),
        Feature("colour", .categorical, maxCategories: 4),
    ]

    private let subject: ComponentDescription
    private let scaling: (any Transformer.Type)?

    /// - Parameters:
    ///   - subject: a classifier or a regressor of the catalog.
    ///   - scaling: the transform that its features come through, if any.
    public init(_ subject: ComponentDescription, behind scaling: (any Transformer.Type)? = nil) {
        self.subject = subject
        self.scaling = scaling
    }

    /// Every model of the catalog.
    public static let subjects: [ComponentDescription] =
        Catalog.classifiers.map { $0.description } + Catalog.regressors.map { $0.description }

    /// What was found wrong: each wildness at each moment that cost too much.
    public func violations() -> [String] {
        let clean = Self.seeds.map { figures(nil, at: 0, $0) }
        var wrong: [String] = []
        for moment in Self.moments {
            let before = loss(clean, after: moment)
            for wildness in Wildness.allCases {
                let after = loss(Self.seeds.map { figures(wildness, at: moment, $0) }, after: moment)
                let allowed = subject.role == .classifier ? before + 0.01 : before * 1.1
                if !(after <= allowed) {
                    wrong.append("\(wildness) at event \(moment): loss \(after), clean \(before)")
                }
            }
        }
        return wrong
    }

    private func loss(_ figures: [[Double]], after moment: Int) -> Double {
        let part = figures.flatMap { $0[(moment + 1)...] }
        return part.reduce(0, +) / Double(part.count)
    }

    /// Per event 0 or 1, or the absolute error.
    private func figures(_ wildness: Wildness?, at moment: Int, _ seed: UInt64) -> [Double] {
        let random = CounterRandom(seed: seed, component: 0x711d, task: 0)
        let context = ComponentContext(features: Self.features, classCount: subject.role == .classifier ? 2 : 0)
        let model: any Model =
            subject.role == .classifier
            ? Catalog.classifiers.first { $0.description == subject }!
                .init(parameters: subject.defaults, context: context)
            : Catalog.regressors.first { $0.description == subject }!
                .init(parameters: subject.defaults, context: context)
        let scale = scaling.map { $0.init(parameters: $0.description.defaults, context: context) }
        let row = UnsafeMutablePointer<Double>.allocate(capacity: Self.features.count)
        let scaled = UnsafeMutablePointer<Double>.allocate(capacity: Self.features.count)
        defer {
            row.deallocate()
            scaled.deallocate()
        }
        var answer = [0.0, 0.0]
        return (0..<Self.events).map { event in
            let target = fill(row, event, random)
            if let wildness, event == moment { apply(wildness, row) }
            let raw = Example(slots: row, count: Self.features.count, sequence: UInt64(event))
            scale?.transform(raw, into: scaled)
            let example =
                scale == nil ? raw : Example(slots: scaled, count: Self.features.count, sequence: UInt64(event))
            model.answer(example, into: &answer)
            let classIndex = target > 0 ? 1 : 0
            let label = subject.role == .classifier ? Label(classIndex: Int32(classIndex)) : Label(target: target)
            model.learn(example, label, weight: 1)
            scale?.learn(raw)
            guard subject.role == .classifier else { return (answer[0] - target).magnitude }
            return (answer[1] > answer[0]) == (classIndex == 1) ? 0 : 1
        }
    }

    /// Fills an ordinary event; its target.
    private func fill(_ row: UnsafeMutablePointer<Double>, _ event: Int, _ random: CounterRandom) -> Double {
        func uniform(_ draw: Int) -> Double { random.uniform(event: UInt64(event), draw: UInt64(draw)) }
        for slot in 0..<3 { row[slot] = (0..<12).reduce(-6.0) { $0 + uniform(slot * 12 + $1) } }
        row[3] = uniform(40) < 0.3 ? 1 : 0
        row[4] = (uniform(41) * 4).rounded(.down)
        return row[0] + 0.5 * row[1] + row[3] - 0.3 + (row[4] == 2 ? 0.5 : -0.1) + (uniform(42) - 0.5) * 0.5
    }

    private func apply(_ wildness: Wildness, _ row: UnsafeMutablePointer<Double>) {
        switch wildness {
        case .huge: row[0] = 1e300
        case .hugeNegative: row[0] = -.greatestFiniteMagnitude
        case .outlier: row[0] = 1000
        case .sentinel: row[0] = -9999
        case .large: row[0] = 1e30
        case .tiny: row[0] = 1e-300
        case .empty: for slot in Self.features.indices { row[slot] = .nan }
        case .otherType:
            row[3] = 7.5
            row[4] = 1e9
        }
    }
}
