extension HoeffdingTree {
    /// Gains below this are rounding.
    private static let smallestMerit = 1e-10

    /// An attempt, due every grace period: an active leaf looks for a split, an inactive one for statistics.
    func grow(_ index: Int) {
        guard let block = leaves[index].block else {
            _ = activate(index)
            return
        }
        let node = nodes[Int(leaves[index].node)]
        let classes = classesSeen(index)
        guard classes > 1, node.depth < maxDepth else { return }
        let (split, second) = search.best(layout, block)
        let range = search.criterion.range(classes: classes)
        let bound = (range * range * logInverseDelta / (2 * node.weight)).squareRoot()
        guard split.merit > Self.smallestMerit, split.merit - second > bound || bound < tau else { return }
        apply(split, to: index, block)
    }

    private func classesSeen(_ index: Int) -> Int {
        var seen = 0
        for classIndex in 0..<classCount where counts[index * 2 * classCount + classIndex] > 0 { seen += 1 }
        return seen
    }

    /// Turns a leaf into a test. The first child takes over its record and statistics' memory.
    private func apply(_ split: TreeSplit, to index: Int, _ block: UnsafeMutablePointer<Double>) {
        if split.test == .each {
            splitEach(split, index, block)
            return
        }
        guard reserve(nodes: 2, leaves: 1, branches: 0, sparing: index) else { return }
        let slot: Int32
        if split.test == .atMost {
            slot = layout.numericSlots[split.index]
            search.divide(layout, block, split.index, split.threshold)
        } else {
            slot = layout.nominalSlots[split.index]
            search.divide(layout, block, nominal: split.index, value: Int(split.threshold))
        }
        let parent = Int(leaves[index].node)
        let depth = nodes[parent].depth + 1
        let first = nodes.append(.leaf(index, weight: 0, depth: depth))
        let second = nodes.append(.leaf(leaves.count, weight: 0, depth: depth))
        nodes.base[parent].test = split.test
        nodes.base[parent].feature = slot
        nodes.base[parent].threshold = split.threshold
        nodes.base[parent].child = Int32(first)
        let other = appendLeaf(node: second)
        restart(index, node: first, counts: search.left(layout), stride: 1)
        restart(other, node: second, counts: search.right(layout), stride: 1)
        _ = activate(other)
    }

    /// One child per value that the leaf has seen.
    private func splitEach(_ split: TreeSplit, _ index: Int, _ block: UnsafeMutablePointer<Double>) {
        let values = Int(layout.nominalCounts[split.index])
        guard reserve(nodes: Int(block[split.index]), leaves: Int(block[split.index]), branches: values, sparing: index)
        else { return }
        let parent = Int(leaves[index].node)
        let depth = nodes[parent].depth + 1
        let table = branches.count
        for _ in 0..<values { branches.append(-1) }
        nodes.base[parent].test = .each
        nodes.base[parent].feature = layout.nominalSlots[split.index]
        nodes.base[parent].child = Int32(table)
        // The first child reuses the record of this leaf, and so clears its block last.
        var reused = -1
        for value in 0..<values {
            let source = layout.classBlock(block, 0) + Int(layout.nominalOffsets[split.index]) + 1 + value
            var sum = 0.0
            for classIndex in 0..<classCount { sum += source[classIndex * layout.classStride] }
            guard sum > 0 else { continue }
            let child = nodes.append(.leaf(reused < 0 ? index : leaves.count, weight: 0, depth: depth))
            branches[table + value] = Int32(child)
            if reused < 0 {
                reused = value
                leaves.base[index].node = Int32(child)
                continue
            }
            restart(appendLeaf(node: child), node: child, counts: source, stride: layout.classStride)
        }
        let source = layout.classBlock(block, 0) + Int(layout.nominalOffsets[split.index]) + 1 + reused
        restart(index, node: Int(leaves[index].node), counts: source, stride: layout.classStride)
        for value in (reused + 1)..<max(values, reused + 1) where branches[table + value] >= 0 {
            _ = activate(Int(nodes[Int(branches[table + value])].child))
        }
    }

    /// A record for a new leaf, inactive and empty. There must be room.
    @discardableResult
    func appendLeaf(node: Int) -> Int {
        for _ in 0..<2 * classCount { counts.append(0) }
        return leaves.append(
            TreeLeaf(node: Int32(node), lastAttempt: 0, majorityCorrect: 0, bayesCorrect: 0, block: nil))
    }

    /// A child's beginning: estimated class counts, empty statistics.
    private func restart(_ index: Int, node: Int, counts source: UnsafeMutablePointer<Double>, stride: Int) {
        let own = counts.base + index * 2 * classCount
        var sum = 0.0
        for classIndex in 0..<classCount {
            let count = source[classIndex * stride]
            own[classIndex] = count
            own[classCount + classIndex] = count > 0 ? Numerics.log(count) : 0
            sum += count
        }
        nodes.base[node].weight = sum
        let block = leaves[index].block
        leaves[index] = TreeLeaf(
            node: Int32(node), lastAttempt: sum, majorityCorrect: 0, bayesCorrect: 0, block: block)
        block?.update(repeating: 0, count: max(layout.size, 1))
    }

    /// Weight outside the majority class: what there is to gain by watching a leaf.
    private func promise(_ index: Int) -> Double {
        let own = counts.base + index * 2 * classCount
        var sum = 0.0
        var highest = 0.0
        for classIndex in 0..<classCount {
            sum += own[classIndex]
            highest = max(highest, own[classIndex])
        }
        return sum - highest
    }

    /// The active leaf with the least promise, except one; -1 where there is none.
    private func leastPromising(except spared: Int) -> Int {
        var least = -1
        var lowest = Double.infinity
        for index in 0..<leaves.count where index != spared && leaves[index].block != nil {
            let own = promise(index)
            if own < lowest {
                lowest = own
                least = index
            }
        }
        return least
    }

    /// Gives a leaf empty statistics: new memory where the bound allows it, else those of a leaf with less promise.
    func activate(_ index: Int) -> Bool {
        if memoryBytes + blockBytes <= limit {
            leaves.base[index].block = .allocate(capacity: max(layout.size, 1))
            activeCount += 1
        } else {
            let victim = leastPromising(except: index)
            guard victim >= 0, promise(victim) < promise(index) else { return false }
            leaves.base[index].block = leaves[victim].block
            leaves.base[victim].block = nil
        }
        leaves.base[index].block?.initialize(repeating: 0, count: max(layout.size, 1))
        return true
    }

    /// Room for a growth of the structure within the bound. Where there is none, leaves with the least promise lose
    /// their statistics, but not the last one, and not `sparing`.
    func reserve(nodes moreNodes: Int, leaves moreLeaves: Int, branches moreBranches: Int, sparing: Int = -1) -> Bool {
        while true {
            if nodes.reserve(moreNodes, allowance: limit - memoryBytes),
                leaves.reserve(moreLeaves, allowance: limit - memoryBytes),
                counts.reserve(moreLeaves * 2 * classCount, allowance: limit - memoryBytes),
                branches.reserve(moreBranches, allowance: limit - memoryBytes)
            {
                return true
            }
            let victim = activeCount > 1 ? leastPromising(except: sparing) : -1
            guard victim >= 0 else { return false }
            leaves[victim].block?.deallocate()
            leaves.base[victim].block = nil
            activeCount -= 1
        }
    }
}
