import Text

/// What a model says of its inside, for people: filled by `Model.sketch`, read by nobody who learns or decides.
public struct ModelSketch {
    /// One weight of a linear model.
    public struct Weight: Sendable, Equatable {
        /// What it weighs: an input, or `intercept`.
        public var input: String
        /// The class that it speaks for; empty: there is one function only.
        public var toClass: String
        /// Its value, on the input as the model gets it.
        public var value: Double
    }

    /// One of its inputs, behind the transforms.
    struct Input {
        let feature: Feature
        /// What people call it: `country=NL` of a feature that transforms have spread over several.
        let name: String
        /// The topology's feature that it comes from.
        let source: String
        /// What its words are called.
        let words: [String]
    }

    let inputs: [Input]
    /// What classes are called.
    let classes: [String]
    /// Counts, such as leaves.
    public internal(set) var figures: [String: Double] = [:]
    /// Of a linear model.
    public internal(set) var weights: [Weight] = []
    /// How much of its answers rests on each input, by name: of trees the examples that were asked for it, of linear models
    /// the sizes of weights; 1 in all. Empty: it does not tell.
    public internal(set) var uses: [String: Double] = [:]
    /// The first tests of a tree, from the root on.
    public internal(set) var tests: [String] = []

    init(_ features: [Feature], _ vocabulary: Vocabulary, _ schema: Schema) {
        func words(_ name: String) -> [String] {
            guard let table = schema.slot(of: name).flatMap({ vocabulary.categories[$0] }) else { return [] }
            return (0..<table.count).map { table.word($0) ?? "" }
        }
        inputs = features.map { feature in
            guard schema.slot(of: feature.name) == nil, let mark = feature.name.lastIndex(of: "="),
                let index = Int(feature.name[feature.name.index(after: mark)...])
            else {
                return Input(feature: feature, name: feature.name, source: feature.name, words: words(feature.name))
            }
            let source = String(feature.name[..<mark])
            let known = words(source)
            let name = "\(source)=\(known.indices.contains(index) ? known[index] : "other")"
            return Input(feature: feature, name: name, source: source, words: [])
        }
        classes = (0..<vocabulary.classes.count).map { vocabulary.classes.table.word($0) ?? "" }
    }

    /// An input that is used, by its place.
    mutating func use(_ slot: Int, _ amount: Double) {
        if amount > 0, inputs.indices.contains(slot) { uses[inputs[slot].source, default: 0] += amount }
    }

    /// Makes the uses sum to 1.
    mutating func finish() {
        let names = uses.keys.sorted()
        let sum = names.reduce(0) { $0 + uses[$1]! }
        uses = sum > 0 && sum.isFinite ? uses.mapValues { $0 / sum } : [:]
    }
}

extension LinearWeights {
    func sketch(_ sketch: inout ModelSketch) {
        for row in 0..<rows {
            let name = rows > 1 ? (sketch.classes.indices.contains(row) ? sketch.classes[row] : "class \(row)") : ""
            for (slot, value) in weights(of: row) {
                sketch.weights.append(.init(input: sketch.inputs[slot].name, toClass: name, value: value))
                sketch.use(slot, abs(value))
            }
            sketch.weights.append(.init(input: "intercept", toClass: name, value: intercept(of: row)))
        }
    }
}

/// What classification and regression trees have in common.
enum TreeSketch {
    /// Tests that are told: of the root and of the two levels below it.
    private static let depth = 2

    /// - Parameter tells: the tests are told, and not only counted.
    static func add(
        _ nodes: borrowing Arena<TreeNode>, tells: Bool, to sketch: inout ModelSketch
    ) {
        var open = [0]
        while let index = open.popLast() {
            let node = nodes[index]
            if node.test == .absent { continue }
            sketch.figures["deepest"] = max(sketch.figures["deepest"] ?? 0, Double(node.depth))
            guard node.test != .leaf else {
                sketch.figures["leaves", default: 0] += 1
                continue
            }
            sketch.use(Int(node.feature), node.weight)
            let children = node.test == .each ? sketch.inputs[Int(node.feature)].feature.nominalCount : 2
            if tells, node.depth <= depth { sketch.tests.append(text(node, sketch)) }
            open.append(contentsOf: (0..<children).reversed().map { Int(node.child) + $0 })
        }
    }

    private static func text(_ node: TreeNode, _ sketch: ModelSketch) -> String {
        let input = sketch.inputs[Int(node.feature)]
        let indent = String(repeating: "  ", count: Int(node.depth))
        switch node.test {
        case .atMost: return "\(indent)\(input.name) at most \(shortest(node.threshold))"
        case .equals: return "\(indent)\(input.name) is \(word(input, Int(node.threshold)))"
        default: return "\(indent)\(input.name), value by value"
        }
    }

    private static func word(_ input: ModelSketch.Input, _ index: Int) -> String {
        input.feature.kind == .boolean
            ? (index == 1 ? "true" : "false") : input.words.indices.contains(index) ? input.words[index] : "other"
    }

    /// Four digits are enough for people.
    private static func shortest(_ value: Double) -> String {
        var scale = 1000.0
        while abs(value) * scale < 1000, scale < 1e15 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return NumberText.shortest(rounded.isFinite ? rounded : value)
    }
}

extension HoeffdingTree {
    /// - Parameter tells: its tests are told, too: it is no member of an ensemble.
    func sketch(_ sketch: inout ModelSketch, tells: Bool) {
        TreeSketch.add(nodes, tells: tells, to: &sketch)
    }

    public func sketch(_ sketch: inout ModelSketch) { self.sketch(&sketch, tells: true) }
}
