/// Taking parts of a tree away.
extension HoeffdingTree {
    /// Gives back what is below a node and beside it; the node itself keeps its record.
    func removeBelow(_ place: Int) {
        let node = nodes[place]
        switch node.test {
        case .leaf, .absent: return
        default:
            let count = node.test == .each ? Int(nominalCounts[Int(node.feature)]) : 2
            for child in Int(node.child)..<(Int(node.child) + count) { remove(child) }
        }
    }

    /// Gives a node back with all below and beside it.
    func remove(_ place: Int) {
        removeBelow(place)
        let record = Int(nodes[place].record)
        if record >= 0 {
            if records[record].alternate >= 0 { remove(Int(records[record].alternate)) }
            release(record)
        }
        nodes.base[place].record = -1
        state.pointee.orphans += 1
    }

    /// Moves the nodes that are in use together, level by level, so that children stand side by side and after their
    /// node.
    func compact() {
        let moved = UnsafeMutablePointer<TreeNode>.allocate(capacity: nodes.capacity)
        moved.initialize(to: nodes[0])
        var count = 1
        var next = 0
        func append(_ first: Int32, _ number: Int) -> Int32 {
            (moved + count).initialize(from: nodes.base + Int(first), count: number)
            defer { count += number }
            return Int32(count)
        }
        while next < count {
            let record = Int(moved[next].record)
            if record >= 0 {
                records.base[record].node = Int32(next)
                if records[record].alternate >= 0 {
                    records.base[record].alternate = append(records[record].alternate, 1)
                }
            }
            switch moved[next].test {
            case .leaf, .absent: break
            case .each: moved[next].child = append(moved[next].child, Int(nominalCounts[Int(moved[next].feature)]))
            default: moved[next].child = append(moved[next].child, 2)
            }
            next += 1
        }
        nodes.replace(with: moved, count: count)
        state.pointee.orphans = 0
    }
}
