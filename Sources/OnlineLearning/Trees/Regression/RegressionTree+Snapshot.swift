extension RegressionTree {
    func write(to writer: inout SnapshotWriter) {
        write(scaleTo: &writer)
        for number in [nodes.count, nodes.capacity, leaves.count, leaves.capacity] { writer.write(UInt32(number)) }
        for index in 0..<nodes.count { nodes[index].write(to: &writer) }
        for index in 0..<leaves.count { write(leaves[index], to: &writer) }
    }

    private func write(_ leaf: RegressionLeaf, to writer: inout SnapshotWriter) {
        writer.write(leaf.node)
        for number in [leaf.weight, leaf.mean, leaf.square, leaf.recent, leaf.lastAttempt, leaf.seen, leaf.center] {
            writer.write(number)
        }
        for way in 0..<RegressionLeaf.ways { writer.write(leaf.errors[way]) }
        writer.write(leaf.isLaidOut)
        writer.write(UnsafeBufferPointer(start: leaf.model, count: 2 * (inputCount + 1)))
        writer.write(UnsafeBufferPointer(start: leaf.statistics, count: statisticsCount))
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        do {
            try readTree(&reader)
        } catch {
            // Half a tree cannot be walked: back to the beginning.
            clear()
            plant()
            throw error
        }
    }

    private func readTree(_ reader: inout SnapshotReader) throws(SnapshotError) {
        try read(scaleFrom: &reader)
        let nodeRoom = try reader.readRoom("nodes", bytes: 31, limit: limit)
        let leafRoom = try reader.readRoom("leaves", bytes: 8 * statisticsCount, limit: limit)
        guard nodeRoom.count > 0, leafRoom.count == nodeRoom.count / 2 + 1,
            Arena<TreeNode>.bytes(nodeRoom.capacity) + Arena<RegressionLeaf>.bytes(leafRoom.capacity)
                + leafRoom.count * leafBytes <= max(limit, memoryBytes)
        else { throw SnapshotError("the snapshot's tree takes more than the \(limit) bytes this one may take") }
        clear()
        nodes.setCapacity(nodeRoom.capacity)
        leaves.setCapacity(leafRoom.capacity)
        for _ in 0..<nodeRoom.count { nodes.append(try .read(from: &reader, maxDepth: options.maxDepth)) }
        for _ in 0..<leafRoom.count { try readLeaf(&reader) }
        try check()
    }

    private func readLeaf(_ reader: inout SnapshotReader) throws(SnapshotError) {
        var leaf = makeLeaf(Int(try reader.read(Int32.self)))
        // In the arena before anything can fail: it is given back with the others.
        let index = leaves.append(leaf)
        leaf.weight = try reader.readDouble()
        leaf.mean = try reader.readDouble()
        leaf.square = try reader.readDouble()
        leaf.recent = try reader.readDouble()
        leaf.lastAttempt = try reader.readDouble()
        leaf.seen = try reader.readDouble()
        leaf.center = try reader.readDouble()
        for way in 0..<RegressionLeaf.ways { leaf.errors[way] = try reader.readDouble() }
        leaf.isLaidOut = try reader.readBool()
        try reader.read(into: UnsafeMutableBufferPointer(start: leaf.model, count: 2 * (inputCount + 1)))
        try reader.read(into: UnsafeMutableBufferPointer(start: leaf.statistics, count: statisticsCount))
        let counts = [leaf.weight, leaf.square, leaf.lastAttempt, leaf.seen]
        let numbers = [leaf.mean, leaf.recent, leaf.center] + (0..<2 * (inputCount + 1)).map { leaf.model[$0] }
        guard counts.allSatisfy({ $0 >= 0 && $0.isFinite }),
            numbers.allSatisfy({ abs($0) <= ClassRows.largestValue }),
            (0..<RegressionLeaf.ways).allSatisfy({ leaf.errors[$0] >= 0 && leaf.errors[$0] <= 1e300 }),
            (0..<statisticsCount).allSatisfy({ leaf.statistics[$0].isFinite })
        else { throw SnapshotError("the snapshot has a broken leaf") }
        leaves[index] = leaf
    }

    /// Each node has one parent, which stands before it and is a level above, and tests a slot of the right kind; each
    /// leaf is that of one node.
    private func check() throws(SnapshotError) {
        let refusal = SnapshotError("the snapshot's tree is not a tree")
        var next = 1
        var found = 0
        for index in 0..<nodes.count {
            let node = nodes[index]
            switch node.test {
            case .leaf:
                let record = Int(node.record)
                guard record >= 0, record < leaves.count, Int(leaves[record].node) == index else { throw refusal }
                found += 1
            case .atMost, .equals:
                let slots = node.test == .atMost ? shape.numericSlots : shape.nominalSlots
                let count = node.test == .atMost ? shape.numericCount : shape.nominalCount
                let child = Int(node.child)
                guard (0..<count).contains(where: { slots[$0] == node.feature }), child > index,
                    child + 1 < nodes.count, nodes[child].depth == node.depth + 1,
                    nodes[child + 1].depth == node.depth + 1
                else { throw refusal }
                next += 2
            case .each, .absent: throw refusal
            }
        }
        var hasParent = [Bool](repeating: false, count: nodes.count)
        for index in 0..<nodes.count where nodes[index].test != .leaf {
            for child in Int(nodes[index].child)...Int(nodes[index].child) + 1 {
                guard !hasParent[child] else { throw refusal }
                hasParent[child] = true
            }
        }
        guard next == nodes.count, found == leaves.count, !hasParent[0] else { throw refusal }
    }
}
