/// What a node asks of an example.
enum TreeTest: UInt8 {
    /// Nothing: a leaf.
    case leaf
    /// Numeric, at most `threshold`: `child`, else `child + 1`.
    case atMost
    /// Nominal, equal to `threshold`: `child`, else `child + 1`.
    case equals
    /// Nominal, one branch per value: `child` + value.
    case each
    /// Not there yet: the branch of a value that its parent has not met.
    case absent
}

/// One node of a decision tree, 32 bytes. The children of a node stand side by side and after it.
struct TreeNode: BitwiseCopyable {
    var threshold = 0.0
    /// Weight of the examples it has seen; children begin with their share of the parent's.
    var weight: Double
    /// The tested slot of the example.
    var feature: Int32 = -1
    var child: Int32 = -1
    /// What it has learned: a leaf's always, an inner node's in trees that reconsider; else -1.
    var record: Int32
    var depth: UInt16
    var test = TreeTest.leaf
}

extension TreeNode {
    func write(to writer: inout SnapshotWriter) {
        writer.write(threshold)
        writer.write(weight)
        writer.write(feature)
        writer.write(child)
        writer.write(record)
        writer.write(depth)
        writer.write(test.rawValue)
    }

    /// A node of a snapshot; whether it fits into its tree is the reader's to see.
    static func read(from reader: inout SnapshotReader, maxDepth: Int) throws(SnapshotError) -> TreeNode {
        let threshold = try reader.readDouble()
        let weight = try reader.readDouble()
        let feature = try reader.read(Int32.self)
        let child = try reader.read(Int32.self)
        let record = try reader.read(Int32.self)
        let depth = try reader.read(UInt16.self)
        guard let test = TreeTest(rawValue: try reader.read(UInt8.self)), threshold.isFinite,
            weight >= 0, weight.isFinite, Int(depth) <= maxDepth
        else { throw SnapshotError("the snapshot has a broken tree node") }
        return TreeNode(
            threshold: threshold, weight: weight, feature: feature, child: child, record: record, depth: depth,
            test: test)
    }
}

/// What a leaf, or an inner node that is reconsidered, has learned.
struct TreeRecord: BitwiseCopyable {
    /// The node it belongs to, or -1: free.
    var node: Int32
    /// Root of the tree that is grown beside this node, or -1; of a free record the next free one, or -1.
    var alternate: Int32 = -1
    /// Weights and statistics of the classes. Without features it is inactive: it counts classes only.
    var rows: ClassRows
    /// Weight of the examples that the statistics have seen.
    var seen = 0.0
    /// Weight at the last attempt to split.
    var lastAttempt = 0.0
    /// How often of late each way to answer would have been right.
    var merits = LeafMerits()
    /// How much of the likelihoods is believed, and the curvature its steps go by.
    var temper = 1.0
    var curvature = 0.0
    /// What its random draws go by.
    var key: UInt64
    /// Errors seen from this node, in trees that adapt.
    var window: ErrorWindow?

    init(node: Int, rows: ClassRows, key: UInt64, temper: Double = 1) {
        self.node = Int32(node)
        self.rows = rows
        self.key = key
        self.temper = temper
    }
}

/// The best test found for a leaf.
struct TreeSplit {
    var merit = -Double.infinity
    var test = TreeTest.leaf
    /// Index among the shape's numeric (`atMost`) or nominal features.
    var index = 0
    var threshold = 0.0
}
