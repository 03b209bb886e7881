/// Extremely fast decision tree (Manapragada, Webb & Salehi 2018, doi:10.1145/3219819.3220005): a leaf splits as soon
/// as some test is better than none, and every node goes on comparing its test with the others.
extension HoeffdingTree {
    func learnAnytime(_ example: Example, _ classIndex: Int, _ weight: Double) {
        var node = nodes.base
        var position = 0
        while true {
            node[position].weight += weight
            let record = Int(node[position].record)
            if node[position].test == .leaf {
                _ = absorb(example, classIndex, weight, at: record)
                tryToGrow(record, example.sequence)
                return
            }
            watch(example, classIndex, weight, at: record)
            let own = records.base + record
            if node[position].weight - own.pointee.lastAttempt >= options.reconsiderPeriod {
                own.pointee.lastAttempt = node[position].weight
                reconsider(record, example.sequence)
                node = nodes.base
            }
            // A test that was taken back leaves a leaf, which has learned the example.
            if node[position].test == .leaf { return }
            position = step(&node, position, example)
        }
    }

    /// An inner node learns an example.
    @inline(__always)
    private func watch(_ example: Example, _ classIndex: Int, _ weight: Double, at index: Int) {
        let position = room(for: classIndex, at: index)
        guard position >= 0 else { return }
        let record = records.base + index
        guard record.pointee.rows.shape.stride > 0 else { return }
        let odd = record.pointee.rows.gatherSteady(example, into: values.base)
        state.pointee.prepared.odd = odd
        record.pointee.rows.learn(example, values.base, odd, position: position, weight: weight)
        record.pointee.seen += weight
    }

    /// Compares an inner node's test with the best one: a better test of the same feature moves the threshold and keeps
    /// what is below; one of another feature starts the subtree anew.
    private func reconsider(_ index: Int, _ sequence: UInt64) {
        let record = records[index]
        guard record.rows.shape.stride > 0 else {
            activate(index)
            return
        }
        let place = Int(record.node)
        let classes = classesSeen(record.rows)
        guard classes > 1 else { return }
        let found = search.best(record, current: nodes[place].feature)
        guard found.best.merit > Self.smallestMerit else { return }
        let bound = bound(record, classes)
        var held = found.current
        held.test = nodes[place].test
        held.threshold = nodes[place].threshold
        let gain = found.best.merit - (found.current.merit > -.infinity ? search.merit(record, of: held) : 0)
        guard gain > bound || bound < options.tau && gain > options.tau / 2 else { return }
        let slot =
            found.best.test == .atMost
            ? record.rows.shape.numericSlots[found.best.index] : record.rows.shape.nominalSlots[found.best.index]
        if slot == nodes[place].feature, found.best.test == nodes[place].test, found.best.test == .atMost {
            nodes.base[place].threshold = found.best.threshold
            return
        }
        removeBelow(place)
        nodes.base[place].test = .leaf
        split(index, found.best, sequence)
    }
}
