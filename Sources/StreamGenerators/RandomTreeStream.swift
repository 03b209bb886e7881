public import OnlineLearning

/// Labels from a random decision tree (Domingos & Hulten 2000, doi:10.1145/347090.347107), as in MOA.
///
/// A path tests each categorical feature at most once and halves the range of a numeric one at a random place. From
/// `firstLeafLevel` on a node is a leaf with the probability `leafShare`, at `depth` always. There is no noise.
public struct RandomTreeStream: EventStream {
    /// The features, in slot order.
    public let schema: Schema
    /// What is predicted.
    public let task: TaskType
    /// Spellings by class index.
    public let classes: [String]
    /// Words of the categorical slots, by index.
    public let words: [[String]]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let numeric: Int
    private let values: Int
    private var nodes: [Node] = []
    private var random: StreamRandom
    private var row = 0

    private struct Node {
        /// The tested slot, or -1: a leaf.
        var slot: Int32 = -1
        var threshold = 0.0
        /// The first child, or a leaf's class.
        var next: Int32 = 0
    }

    /// - Parameters:
    ///   - numeric, categorical: features of each kind; one of them is at least 1.
    ///   - values: categories of each categorical feature, at least 2.
    ///   - classes: at least 2.
    ///   - modelSeed: of the tree, so that streams of different seeds can share one concept.
    public init(
        numeric: Int = 5, categorical: Int = 5, values: Int = 5, classes: Int = 2, depth: Int = 5,
        firstLeafLevel: Int = 3, leafShare: Double = 0.15, seed: UInt64 = 1, modelSeed: UInt64? = nil
    ) {
        precondition(numeric >= 0 && categorical >= 0 && numeric + categorical >= 1 && values >= 2 && classes >= 2)
        schema = Schema(
            (0..<numeric).map { Feature("x\($0 + 1)", .numeric) }
                + (0..<categorical).map { Feature("c\($0 + 1)", .categorical, maxCategories: values) })
        task = classes == 2 ? .binary : .multiclass
        self.classes = (0..<classes).map { "\($0)" }
        words =
            [[String]](repeating: [], count: numeric)
            + [[String]](repeating: (0..<values).map { "value\($0)" }, count: categorical)
        self.numeric = numeric
        self.values = values
        random = StreamRandom(seed: seed, part: 2)
        var model = StreamRandom(seed: modelSeed ?? seed, part: 1)
        nodes = [Node()]
        var waiting = [
            (
                node: 0, level: 0, open: Array(0..<numeric + categorical),
                bounds: [ClosedRange<Double>](repeating: 0...1, count: numeric)
            )
        ]
        while let item = waiting.popLast() {
            let isLeaf =
                item.level >= depth || item.open.isEmpty
                || item.level >= firstLeafLevel && model.uniform() < leafShare
            guard !isLeaf else {
                nodes[item.node].next = Int32(model.below(classes))
                continue
            }
            let choice = model.below(item.open.count)
            let slot = item.open[choice]
            let first = nodes.count
            nodes[item.node].slot = Int32(slot)
            nodes[item.node].next = Int32(first)
            if slot < numeric {
                let range = item.bounds[slot]
                let cut = model.uniform(range.lowerBound, range.upperBound)
                nodes[item.node].threshold = cut
                for half in [range.lowerBound...cut, cut...range.upperBound] {
                    var child = item
                    child.node = nodes.count
                    child.level += 1
                    child.bounds[slot] = half
                    nodes.append(Node())
                    waiting.append(child)
                }
            } else {
                var child = item
                child.level += 1
                child.open.remove(at: choice)
                for _ in 0..<values {
                    child.node = nodes.count
                    nodes.append(Node())
                    waiting.append(child)
                }
            }
        }
    }

    /// The next event; its cost is a random number per feature and a walk.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        for slot in 0..<schema.width { slots[slot] = slot < numeric ? random.uniform() : Double(random.below(values)) }
        var node = nodes[0]
        while node.slot >= 0 {
            let value = slots[Int(node.slot)]
            let branch = Int(node.slot) < numeric ? (value < node.threshold ? 0 : 1) : Int(value)
            node = nodes[Int(node.next) + branch]
        }
        return Label(classIndex: node.next)
    }
}
