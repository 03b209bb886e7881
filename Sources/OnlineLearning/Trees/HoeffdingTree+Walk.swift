extension HoeffdingTree {
    /// The leaf an example falls into.
    @inline(__always)
    func leaf(of example: Example) -> Int {
        let node = nodes.base
        var position = 0
        while node[position].test != .leaf { position = branch(node, position, example) }
        return Int(node[position].child)
    }

    /// The same, counting the example at each node and opening a branch for a value that a node has not met.
    @inline(__always)
    func descend(_ example: Example, _ weight: Double) -> Int {
        var node = nodes.base
        var position = 0
        while true {
            node[position].weight += weight
            if node[position].test == .leaf { return Int(node[position].child) }
            if node[position].test == .each {
                openBranch(position, example)
                // Even where no branch was opened, the nodes may have moved to make room.
                node = nodes.base
            }
            position = branch(node, position, example)
        }
    }

    @inline(__always)
    private func branch(_ node: UnsafeMutablePointer<TreeNode>, _ position: Int, _ example: Example) -> Int {
        let value = example.slots[Int(node[position].feature)]
        let child = Int(node[position].child)
        switch node[position].test {
        case .atMost where value == value: return value <= node[position].threshold ? child : child + 1
        case .equals where value == value: return value == node[position].threshold ? child : child + 1
        case .each:
            let count = Int(nominalCounts[Int(node[position].feature)])
            let category = Numerics.category(value, count)
            if category >= 0, branches[child + category] >= 0 { return Int(branches[child + category]) }
            return heaviest(child, count)
        default:
            return node[child].weight >= node[child + 1].weight ? child : child + 1
        }
    }

    /// The child of a many-way node that has seen most.
    private func heaviest(_ offset: Int, _ count: Int) -> Int {
        var best = -1
        for index in 0..<count {
            let child = Int(branches[offset + index])
            if child >= 0, best < 0 || nodes[child].weight > nodes[best].weight { best = child }
        }
        return best
    }

    /// A leaf for a value that a many-way node has not met, where memory allows.
    private func openBranch(_ position: Int, _ example: Example) {
        let node = nodes[position]
        let category = Numerics.category(
            example.slots[Int(node.feature)], Int(nominalCounts[Int(node.feature)]))
        guard category >= 0, branches[Int(node.child) + category] < 0, reserve(nodes: 1, leaves: 1, branches: 0) else {
            return
        }
        let child = nodes.append(.leaf(leaves.count, weight: 0, depth: node.depth + 1))
        branches[Int(node.child) + category] = Int32(child)
        _ = activate(appendLeaf(node: child))
    }
}
