/// Whether what a snapshot had is a tree that can be walked.
extension HoeffdingTree {
    private var refusal: SnapshotError { SnapshotError("the snapshot's tree is not a tree") }

    /// Each node has one parent, which stands before it and is a level above, tests a slot of the right kind, and has
    /// the record that names it; the free records are one chain.
    func check() throws(SnapshotError) {
        let parents = FlatBuffer<Int32>(nodes.count, repeating: -1)
        let owned = FlatBuffer<Bool>(records.count, repeating: false)
        guard nodes[0].test != .absent else { throw refusal }
        try adopt(0, nil, parents)
        for index in 0..<nodes.count where parents[index] >= 0 {
            let node = nodes[index]
            if node.record >= 0 { try own(node, index, owned, parents) }
            switch node.test {
            case .absent: guard node.record < 0 else { throw refusal }
            case .leaf: guard node.record >= 0 else { throw refusal }
            default: try checkTest(node, index, parents)
            }
        }
        try checkRecords(owned, orphans: (0..<nodes.count).count { parents[$0] < 0 })
    }

    private func own(
        _ node: TreeNode, _ index: Int, _ owned: borrowing FlatBuffer<Bool>, _ parents: borrowing FlatBuffer<Int32>
    ) throws(SnapshotError) {
        let place = Int(node.record)
        guard place < records.count, !owned[place], records[place].node == index else { throw refusal }
        owned[place] = true
        let alternate = Int(records[place].alternate)
        guard alternate >= 0 else { return }
        try adopt(alternate, index, parents)
        let test = nodes[alternate].test
        guard test == .leaf || test != .absent && !options.followsMoa else { throw refusal }
    }

    private func checkTest(
        _ node: TreeNode, _ index: Int, _ parents: borrowing FlatBuffer<Int32>
    ) throws(SnapshotError) {
        guard node.feature >= 0, node.feature < nominalCounts.count else { throw refusal }
        let values = Int(nominalCounts[Int(node.feature)])
        guard (node.test == .atMost) == (values == 0), options.revision == .never || node.record >= 0 else {
            throw refusal
        }
        let count = node.test == .each ? values : 2
        let child = Int(node.child)
        guard child > index, child + count <= nodes.count else { throw refusal }
        var branches = 0
        for place in child..<(child + count) {
            try adopt(place, index, parents)
            guard nodes[place].depth == node.depth + 1 else { throw refusal }
            if nodes[place].test != .absent { branches += 1 }
        }
        guard branches >= (node.test == .each ? 1 : 2) else { throw refusal }
    }

    private func adopt(
        _ child: Int, _ parent: Int?, _ parents: borrowing FlatBuffer<Int32>
    ) throws(SnapshotError) {
        guard child < nodes.count, child > parent ?? -1, parents[child] < 0 else { throw refusal }
        parents[child] = Int32(parent ?? 0)
    }

    private func checkRecords(_ owned: borrowing FlatBuffer<Bool>, orphans: Int) throws(SnapshotError) {
        guard orphans == state.pointee.orphans else { throw refusal }
        for index in 0..<records.count where owned[index] != (records[index].node >= 0) { throw refusal }
        var free = Int(state.pointee.free)
        var seen = 0
        while free >= 0 {
            guard free < records.count, records[free].node < 0, seen < records.count else { throw refusal }
            free = Int(records[free].alternate)
            seen += 1
        }
        guard seen == (0..<records.count).count(where: { records[$0].node < 0 }), free == -1 else { throw refusal }
    }
}
