/// The anytime tree as MOA has it. Differences from ours:
/// - tests are reconsidered at the row after every `min_samples_reevaluate`th of the stream, on the way of that one row;
/// - merits are means over all attempts of a node, and a test that is replaced takes all below with it;
/// - a nominal feature is tested once on a way.
extension HoeffdingTree {
    func learnAnytimeAsMoa(_ example: Example, _ classIndex: Int, _ weight: Double) {
        let isDue = crosses(nodes[0].weight - weight, nodes[0].weight, options.reconsiderPeriod)
        var position = 0
        while true {
            let record = Int(nodes[position].record)
            nodes.base[position].weight += weight
            _ = absorbAsMoa(example, classIndex, weight, at: record)
            guard nodes[position].test != .leaf else {
                // One without statistics sees nothing: it asks for some as often as others look for a test.
                let isActive = records[record].rows.shape.stride > 0
                let seen = isActive ? records[record].seen : nodes[position].weight
                if crosses(seen - weight, seen, options.gracePeriod) { _ = consider(record, example) }
                return
            }
            // The branches of a new test have not seen the example: its weights are in their estimates.
            if isDue, consider(record, example) { return }
            var node = nodes.base
            position = step(&node, position, example)
        }
    }

    /// A leaf compares its best test with none, an inner node with its own; whether the node has changed.
    private func consider(_ index: Int, _ example: Example) -> Bool {
        let record = records[index]
        let place = Int(record.node)
        let isLeaf = nodes[place].test == .leaf
        let classes = classesSeen(record.rows)
        guard record.rows.shape.stride > 0 else {
            activate(index)
            return false
        }
        guard classes > 1, Int(nodes[place].depth) < options.maxDepth else { return false }
        let best = search.noteMerits(record) { isTested($0, above: place, example) }
        // A leaf wants a gain; an inner node takes the least loss.
        guard best.merit >= (isLeaf ? Self.smallestMerit : -1e100) else { return false }
        let bound = bound(record, classCount)
        let shape = record.rows.shape
        let tested = best.test == .atMost ? best.index : shape.numericCount + best.index
        let sums = record.rows.merits
        let own = isLeaf ? 0 : sums[1 + shape.place(of: nodes[place].feature)]
        let gain = (sums[1 + tested] - own) / sums[0]
        guard gain > bound || bound < options.tau && (isLeaf || gain > options.tau / 2) else { return false }
        removeBelow(place)
        nodes.base[place].test = .leaf
        split(index, best, example.sequence)
        // The sums go on, the count of attempts begins anew: an inner node's means are no means.
        if nodes[place].test != .leaf { records[index].rows.merits[0] = 0 }
        return true
    }

    /// Whether a multiple of `period` lies above one number and at most at another.
    private func crosses(_ before: Double, _ after: Double, _ period: Double) -> Bool {
        (after / period).rounded(.down) > (before / period).rounded(.down)
    }

    /// Whether a nominal feature is tested above a node on an example's way.
    private func isTested(_ slot: Int32, above place: Int, _ example: Example) -> Bool {
        var position = 0
        while position != place {
            if nodes[position].test != .atMost, nodes[position].feature == slot { return true }
            position = branch(nodes.base, position, example)
        }
        return false
    }
}
