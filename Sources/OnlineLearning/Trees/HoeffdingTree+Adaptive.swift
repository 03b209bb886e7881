/// Hoeffding adaptive tree (Bifet & Gavalda 2009, doi:10.1007/978-3-642-03915-7_22): each node keeps a window of the
/// errors seen from it; where their rate rises, a tree is grown beside the node and takes its place once it errs less.
extension HoeffdingTree {
    /// Events that both trees must have seen before they are compared.
    private static let leastComparison = 300
    /// Probability that a difference by chance lets one tree replace the other.
    private static let switchSignificance = 0.05

    func learnAdaptively(_ example: Example, _ classIndex: Int, _ weight: Double) {
        let isWrong = !absorb(example, classIndex, weight, at: descendAgain(example, weight))
        var position = 0
        while true {
            let record = Int(nodes[position].record)
            let isLeaf = nodes[position].test == .leaf
            if let window = window(record) {
                let (changed, rose) = window.update(isWrong, delta: options.driftDelta)
                if records[record].alternate >= 0 {
                    // Where the other tree takes the node's place, it has learned the example.
                    if compare(record, window, example, classIndex, weight) { return }
                } else if changed, rose, !isLeaf {
                    plantAlternate(record, example.sequence)
                }
            }
            if isLeaf {
                tryToGrow(record, example.sequence)
                return
            }
            position = branch(nodes.base, position, example)
        }
    }

    func plantAlternate(_ record: Int, _ sequence: UInt64) {
        guard reserve(nodes: 1, records: 1, bytes: ClassRows.bytes(features.none, 1) + ErrorWindow.bytes) else {
            return
        }
        let parent = nodes[Int(records[record].node)]
        let place = nodes.count
        let key = key(below: records[record].key, sequence)
        nodes.append(TreeNode(weight: 0, record: -1, depth: parent.depth))
        let leaf = addRecord(node: place, key: key, classes: 1)
        nodes.base[place].record = Int32(leaf)
        records.base[record].alternate = Int32(place)
        _ = activate(leaf)
    }

    /// The tree beside a node learns the example too; then the better one of both stays. True where it replaced the
    /// node.
    private func compare(
        _ record: Int, _ old: ErrorWindow, _ example: Example, _ classIndex: Int, _ weight: Double
    ) -> Bool {
        let root = Int(records[record].alternate)
        let leaf = descend(example, weight, from: root)
        let isWrong = !absorb(example, classIndex, weight, at: leaf)
        // Only the root of the other tree watches its errors: it has no trees beside its own nodes.
        let watched = window(Int(nodes[root].record))
        _ = watched?.update(isWrong, delta: options.driftDelta)
        tryToGrow(leaf, example.sequence)
        guard let new = watched, let better = isBetter(new, than: old) else { return false }
        if better {
            replace(record, by: root)
        } else {
            remove(root)
            records.base[record].alternate = -1
        }
        return better
    }

    /// Whether one window's errors are fewer than another's; nil: by no more than chance.
    func isBetter(_ new: ErrorWindow, than old: ErrorWindow) -> Bool? {
        guard old.width > Self.leastComparison, new.width > Self.leastComparison else { return nil }
        let error = old.mean
        let bound =
            (2 * error * (1 - error) * -Numerics.log(Self.switchSignificance / 2)
            * (1 / Double(old.width) + 1 / Double(new.width))).squareRoot()
        if error - new.mean > bound { return true }
        return new.mean - error > bound ? false : nil
    }

    /// A node becomes what the root of the tree beside it is.
    func replace(_ record: Int, by root: Int) {
        let place = Int(records[record].node)
        records.base[record].alternate = -1
        removeBelow(place)
        release(record)
        let depth = nodes[place].depth
        nodes.base[place] = nodes[root]
        nodes.base[place].depth = depth
        records.base[Int(nodes[root].record)].node = Int32(place)
        nodes.base[root].record = -1
        state.pointee.orphans += 1
    }
}
