extension HoeffdingTree {
    public func write(to writer: inout SnapshotWriter) {
        for (count, capacity) in [
            (nodes.count, nodes.capacity), (leaves.count, leaves.capacity), (branches.count, branches.capacity),
        ] {
            writer.write(UInt32(count))
            writer.write(UInt32(capacity))
        }
        writer.write(UInt32(counts.capacity))
        for index in 0..<nodes.count {
            let node = nodes[index]
            writer.write(node.threshold)
            writer.write(node.weight)
            writer.write(node.feature)
            writer.write(node.child)
            writer.write(node.test.rawValue)
        }
        for index in 0..<branches.count { writer.write(branches[index]) }
        writer.write(UnsafeBufferPointer(start: counts.base, count: counts.count))
        for index in 0..<leaves.count {
            let leaf = leaves[index]
            writer.write(leaf.lastAttempt)
            writer.write(leaf.majorityCorrect)
            writer.write(leaf.bayesCorrect)
            writer.write(leaf.block != nil)
            if let block = leaf.block { writer.write(UnsafeBufferPointer(start: block, count: layout.size)) }
        }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        do {
            try readTree(&reader)
        } catch {
            // Half a tree cannot be walked: back to the beginning.
            reset()
            throw error
        }
    }

    private func readTree(_ reader: inout SnapshotReader) throws(SnapshotError) {
        let nodeRoom = try readRoom(&reader, "nodes", bytes: 28)
        let leafRoom = try readRoom(&reader, "leaves", bytes: 25)
        let branchRoom = try readRoom(&reader, "branches", bytes: 4)
        let countCapacity = Int(try reader.read(UInt32.self))
        guard nodeRoom.count > 0, leafRoom.count > 0, leafRoom.count * 2 * classCount <= countCapacity else {
            throw SnapshotError("the snapshot's tree has no room for its own leaves")
        }
        // All memory but the blocks is known now: refuse before allocating.
        let arenas =
            nodeRoom.capacity * MemoryLayout<TreeNode>.stride + leafRoom.capacity * MemoryLayout<TreeLeaf>.stride
            + countCapacity * 8 + branchRoom.capacity * 4
        guard arenas <= max(limit, memoryBytes) else {
            throw SnapshotError("the snapshot's tree takes more than the \(limit) bytes this one may take")
        }
        clear()
        nodes.setCapacity(nodeRoom.capacity)
        leaves.setCapacity(leafRoom.capacity)
        counts.setCapacity(countCapacity)
        branches.setCapacity(branchRoom.capacity)
        for _ in 0..<nodeRoom.count { nodes.append(try readNode(&reader)) }
        for _ in 0..<branchRoom.count { branches.append(try reader.read(Int32.self)) }
        try readCounts(&reader, leafRoom.count * 2 * classCount)
        for _ in 0..<leafRoom.count { try readLeaf(&reader) }
        try link()
    }

    private func readRoom(
        _ reader: inout SnapshotReader, _ what: String, bytes: Int
    ) throws(SnapshotError) -> (count: Int, capacity: Int) {
        let count = Int(try reader.read(UInt32.self))
        let capacity = Int(try reader.read(UInt32.self))
        guard count <= capacity, capacity > 0, count * bytes <= reader.remaining else {
            throw SnapshotError("the snapshot's tree cannot have \(count) \(what)")
        }
        return (count, capacity)
    }

    private func readNode(_ reader: inout SnapshotReader) throws(SnapshotError) -> TreeNode {
        let threshold = try reader.readDouble()
        let weight = try reader.readDouble()
        let feature = try reader.read(Int32.self)
        let child = try reader.read(Int32.self)
        guard let test = TreeTest(rawValue: try reader.read(Int32.self)), threshold.isFinite,
            weight >= 0, weight.isFinite
        else { throw SnapshotError("the snapshot has a broken tree node") }
        return TreeNode(threshold: threshold, weight: weight, feature: feature, child: child, test: test, depth: -1)
    }

    private func readCounts(_ reader: inout SnapshotReader, _ count: Int) throws(SnapshotError) {
        let values = try reader.readDoubles()
        guard values.count == count, values.allSatisfy({ $0.isFinite }) else {
            throw SnapshotError("the snapshot's class counts do not fit its leaves")
        }
        for value in values { counts.append(value) }
    }

    private func readLeaf(_ reader: inout SnapshotReader) throws(SnapshotError) {
        var leaf = TreeLeaf(node: -1, lastAttempt: 0, majorityCorrect: 0, bayesCorrect: 0, block: nil)
        leaf.lastAttempt = try reader.readDouble()
        leaf.majorityCorrect = try reader.readDouble()
        leaf.bayesCorrect = try reader.readDouble()
        if try reader.readBool() {
            let values = try reader.readDoubles()
            guard values.count == layout.size, values.allSatisfy({ $0.isFinite }),
                memoryBytes + blockBytes <= limit
            else {
                throw SnapshotError("the snapshot's leaf statistics do not fit this tree")
            }
            let block = UnsafeMutablePointer<Double>.allocate(capacity: max(layout.size, 1))
            block.initialize(repeating: 0, count: max(layout.size, 1))
            for (index, value) in values.enumerated() { block[index] = value }
            leaf.block = block
            activeCount += 1
        }
        leaves.append(leaf)
    }

    /// Gives every node its depth and every leaf its node, or refuses: each node has one parent, which stands before
    /// it, tests a slot of the right kind, and each leaf record one node.
    private func link() throws(SnapshotError) {
        let refusal = SnapshotError("the snapshot's tree is not a tree")
        nodes.base[0].depth = 0
        for index in 0..<nodes.count {
            let node = nodes[index]
            guard node.depth >= 0, node.depth <= maxDepth else { throw refusal }
            let child = Int(node.child)
            if node.test == .leaf {
                guard child >= 0, child < leaves.count, leaves[child].node < 0 else { throw refusal }
                leaves.base[child].node = Int32(index)
                continue
            }
            guard node.feature >= 0, node.feature < nominalCounts.count else { throw refusal }
            let values = Int(nominalCounts[Int(node.feature)])
            guard (node.test == .atMost) == (values == 0), child >= 0 else { throw refusal }
            if node.test == .each {
                guard child + values <= branches.count else { throw refusal }
                var found = false
                for entry in child..<child + values where branches[entry] != -1 {
                    try adopt(Int(branches[entry]), by: index, refusal)
                    found = true
                }
                guard found else { throw refusal }
            } else {
                try adopt(child, by: index, refusal)
                try adopt(child + 1, by: index, refusal)
            }
        }
        for index in 0..<leaves.count where leaves[index].node < 0 { throw refusal }
    }

    private func adopt(_ child: Int, by parent: Int, _ refusal: SnapshotError) throws(SnapshotError) {
        guard child > parent, child < nodes.count, nodes[child].depth < 0 else { throw refusal }
        nodes.base[child].depth = nodes[parent].depth + 1
    }

    /// Forgets everything and gives memory back: the tree is as it was made. The root keeps a leaf's statistics' memory.
    func reset() {
        var kept: UnsafeMutablePointer<Double>?
        for index in 0..<leaves.count where kept == nil {
            kept = leaves[index].block
            leaves.base[index].block = nil
        }
        clear()
        if nodes.capacity > 1 { nodes.setCapacity(1) }
        if leaves.capacity > 1 { leaves.setCapacity(1) }
        if counts.capacity > 2 * classCount { counts.setCapacity(2 * classCount) }
        if branches.capacity > 1 { branches.setCapacity(1) }
        plant(block: kept)
    }

    private func clear() {
        for index in 0..<leaves.count { leaves[index].block?.deallocate() }
        activeCount = 0
        nodes.removeAll()
        leaves.removeAll()
        counts.removeAll()
        branches.removeAll()
    }
}
