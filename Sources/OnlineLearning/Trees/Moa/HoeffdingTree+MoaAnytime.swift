/// The anytime tree as MOA has it. Differences from ours:
/// - tests are reconsidered at every `min_samples_reevaluate`th row of the stream, on the way of that one row;
/// - merits are means over all attempts of a node, and a test that is replaced takes all below with it;
/// - a nominal feature is tested once on a way.
extension HoeffdingTree {
    func learnAnytimeAsMoa(_ example: Example, _ classIndex: Int, _ weight: Double) {
        let isDue = crosses(nodes[0].weight, nodes[0].weight + weight, options.reconsiderPeriod)
        var position = 0
        while true {
            var node = nodes.base
            node[position].weight += weight
            let record = Int(node[position].record)
            _ = absorbAsMoa(example, classIndex, weight, at: record)
            guard node[position].test != .leaf else {
                let seen = records[record].seen
                if crosses(seen - weight, seen, options.gracePeriod) { consider(record, example) }
                return
            }
            if isDue { consider(record, example) }
            guard nodes[position].test != .leaf else { return }
            node = nodes.base
            position = step(&node, position, example)
        }
    }

    /// A leaf compares its best test with none, an inner node with its own.
    private func consider(_ index: Int, _ example: Example) {
        let record = records[index]
        let place = Int(record.node)
        let isLeaf = nodes[place].test == .leaf
        let classes = classesSeen(record.rows)
        guard record.rows.shape.stride > 0, classes > 1, Int(nodes[place].depth) < options.maxDepth else { return }
        let best = search.noteMerits(record, tested: nominalTests(above: place, example))
        guard best.merit >= (isLeaf ? Self.smallestMerit : -1e100) else { return }
        let bound = bound(record, classCount)
        let shape = record.rows.shape
        let own = isLeaf ? 0 : search.meanMerit(record, shape.place(of: nodes[place].feature))
        let place2 = best.test == .atMost ? best.index : shape.numericCount + best.index
        let gain = search.meanMerit(record, place2) - own
        guard gain > bound || bound < options.tau && (isLeaf || gain > options.tau / 2) else { return }
        removeBelow(place)
        nodes.base[place].test = .leaf
        split(index, best, example.sequence)
    }

    /// Whether a multiple of `period` lies above one number and at most at another.
    private func crosses(_ before: Double, _ after: Double, _ period: Double) -> Bool {
        (after / period).rounded(.down) > (before / period).rounded(.down)
    }

    /// Slots of the nominal features tested above a node on an example's way.
    private func nominalTests(above place: Int, _ example: Example) -> [Int32] {
        var tested: [Int32] = []
        var position = 0
        while position != place {
            if nodes[position].test != .atMost { tested.append(nodes[position].feature) }
            position = branch(nodes.base, position, example)
        }
        return tested
    }
}
