extension HoeffdingTree {
    /// Inner nodes of a way down that are remembered.
    static let pathRoom = 64

    /// The record of the leaf that an example falls into. What learns the same example next need not ask the nodes again.
    @inline(__always)
    func walk(_ example: Example) -> Int {
        let node = nodes.base
        var (position, depth) = (0, 0)
        while node[position].test != .leaf {
            path[depth & (Self.pathRoom - 1)] = Int32(truncatingIfNeeded: position)
            // Learning may open a branch at a many-way node: that way is gone again.
            depth &+= node[position].test == .each ? Self.pathRoom : 1
            position = branch(node, position, example)
        }
        path[depth & (Self.pathRoom - 1)] = Int32(truncatingIfNeeded: position)
        state.pointee.depth = depth < Self.pathRoom ? Int32(truncatingIfNeeded: depth) : -1
        return Int(node[position].record)
    }

    /// `descend` from the root for the example that was answered last.
    @inline(__always)
    func descendAgain(_ example: Example, _ weight: Double) -> Int {
        let depth = Int(state.pointee.depth)
        guard depth >= 0, state.pointee.isAskedAgain else { return descend(example, weight, from: 0) }
        let node = nodes.base
        for step in 0...depth { node[Int(path[step])].weight += weight }
        return Int(node[Int(path[depth])].record)
    }

    /// The same, counting the example at each node and opening a branch for a value that a node has not met.
    @inline(__always)
    func descend(_ example: Example, _ weight: Double, from root: Int) -> Int {
        var node = nodes.base
        var position = root
        while true {
            node[position].weight += weight
            if node[position].test == .leaf { return Int(node[position].record) }
            position = step(&node, position, example)
        }
    }

    /// The child an example goes to while it is learned: a value that a many-way node has not met opens a branch.
    @inline(__always)
    func step(_ node: inout UnsafeMutablePointer<TreeNode>, _ position: Int, _ example: Example) -> Int {
        if node[position].test == .each {
            openBranch(position, example)
            node = nodes.base
        }
        return branch(node, position, example)
    }

    @inline(__always)
    func branch(_ node: UnsafeMutablePointer<TreeNode>, _ position: Int, _ example: Example) -> Int {
        let value = example.slots[Int(node[position].feature)]
        let child = Int(node[position].child)
        switch node[position].test {
        case .atMost where value == value:
            // No jump: the processor cannot guess which way it goes.
            return child &+ Int(unsafeBitCast(value > node[position].threshold, to: UInt8.self))
        case .equals where value == value: return value == node[position].threshold ? child : child + 1
        case .each:
            let count = Int(nominalCounts[Int(node[position].feature)])
            let category = Numerics.category(value, count)
            return category >= 0 && node[child + category].test != .absent ? child + category : heaviest(child, count)
        default:
            return node[child].weight >= node[child + 1].weight ? child : child + 1
        }
    }

    /// The child of a many-way node that has seen most.
    private func heaviest(_ child: Int, _ count: Int) -> Int {
        var best = -1
        for index in child..<(child + count) where nodes[index].test != .absent {
            if best < 0 || nodes[index].weight > nodes[best].weight { best = index }
        }
        return best
    }

    /// A leaf for a value that a many-way node has not met, where memory allows.
    @inline(__always)
    private func openBranch(_ position: Int, _ example: Example) {
        let node = nodes[position]
        let category = Numerics.category(example.slots[Int(node.feature)], Int(nominalCounts[Int(node.feature)]))
        guard category >= 0, nodes[Int(node.child) + category].test == .absent else { return }
        open(Int(node.child) + category, example.sequence)
    }

    @inline(never)
    private func open(_ child: Int, _ sequence: UInt64) {
        guard reserve(nodes: 0, records: 1, bytes: ClassRows.bytes(features.none, 1)) else { return }
        let record = addRecord(node: child, key: key(below: UInt64(child), sequence), classes: 1)
        nodes.base[child].record = Int32(record)
        nodes.base[child].test = .leaf
        _ = activate(record)
    }

    /// What the draws of a new leaf go by: the draws of its parent, its place, and the event that made it.
    func key(below place: UInt64, _ sequence: UInt64) -> UInt64 {
        // MOA's leaves draw all the same.
        options.followsMoa ? 0 : StableHash.mix(place &* 0x9e37_79b9_7f4a_7c15 &+ StableHash.mix(sequence))
    }
}
