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
