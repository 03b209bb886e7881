/// What a node asks of an example.
enum TreeTest: Int32 {
    /// Nothing: `child` is the index of its leaf record.
    case leaf
    /// Numeric, at most `threshold`: `child`, else `child + 1`.
    case atMost
    /// Nominal, equal to `threshold`: `child`, else `child + 1`.
    case equals
    /// Nominal, one branch per value: `child` is where the feature's values begin in the branch table, which holds
    /// nodes or -1 for a value that has not been seen.
    case each
}

/// One node of a decision tree, 32 bytes. Children stand after their parent.
struct TreeNode: BitwiseCopyable {
    var threshold: Double
    /// Weight of the examples it has seen; children begin with their share of the parent's.
    var weight: Double
    /// The tested slot of the example.
    var feature: Int32
    var child: Int32
    var test: TreeTest
    var depth: Int32

    static func leaf(_ leaf: Int, weight: Double, depth: Int32) -> TreeNode {
        TreeNode(threshold: 0, weight: weight, feature: -1, child: Int32(leaf), test: .leaf, depth: depth)
    }
}

/// What a leaf knows besides its class counts.
struct TreeLeaf: BitwiseCopyable {
    /// The node it belongs to.
    var node: Int32
    /// Weight at the last attempt to split.
    var lastAttempt: Double
    /// Weight of the examples that the majority class and naive Bayes would have got right, for `nba`.
    var majorityCorrect: Double
    var bayesCorrect: Double
    /// Statistics of the features, or nil: inactive, it counts classes only.
    var block: UnsafeMutablePointer<Double>?
}

/// The best test found for a leaf.
struct TreeSplit {
    var merit = -Double.infinity
    var test = TreeTest.leaf
    /// Index among the layout's numeric (`atMost`) or nominal features.
    var index = 0
    var threshold = 0.0
}
