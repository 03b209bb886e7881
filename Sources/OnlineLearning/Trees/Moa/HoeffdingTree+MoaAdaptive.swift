/// The adaptive tree as MOA has it. Differences from ours, each measured on MOA's answers:
/// - a leaf learns an example as often as a Poisson(1) draw says, once where it says never, and every leaf draws the same
///   numbers;
/// - beside a node stands one leaf, never a tree: where it splits, the test takes the node's place at once, whatever its
///   errors. An alarm plants it anew;
/// - what has just become a test begins with an empty window.
extension HoeffdingTree {
    func learnAdaptivelyAsMoa(_ example: Example, _ classIndex: Int, _ weight: Double) {
        let isWrong = !isRightAsMoa(descend(example, 0, from: 0), example, classIndex)
        var position = 0
        while nodes[position].test != .leaf {
            let record = Int(nodes[position].record)
            if let window = window(record) { review(record, window, isWrong, example.sequence) }
            guard nodes[position].test != .leaf else { break }
            let beside = Int(records[record].alternate)
            if beside >= 0 {
                learnDrawn(beside, example, classIndex, weight)
                if nodes[beside].test != .leaf { return replace(record, by: beside) }
            }
            var node = nodes.base
            node[position].weight += weight
            position = step(&node, position, example)
        }
        learnDrawn(position, example, classIndex, weight)
    }

    /// A node takes note of an outcome: an alarm plants a leaf beside it; else the better one of both stays.
    private func review(_ record: Int, _ window: ErrorWindow, _ isWrong: Bool, _ sequence: UInt64) {
        let before = window.mean
        let changed = window.update(isWrong, delta: options.driftDelta).changed
        let beside = Int(records[record].alternate)
        if changed, window.mean >= before {
            if beside >= 0 { remove(beside) }
            records.base[record].alternate = -1
            plantAlternate(record, sequence)
        } else if beside >= 0, let other = records[Int(nodes[beside].record)].window {
            guard let better = isBetter(other, than: window) else { return }
            if better { return replace(record, by: beside) }
            remove(beside)
            records.base[record].alternate = -1
        }
    }

    /// A leaf learns an example with a drawn weight.
    private func learnDrawn(_ place: Int, _ example: Example, _ classIndex: Int, _ weight: Double) {
        let record = Int(nodes[place].record)
        var random = JavaRandom(seed: 1)
        // All draw from one seed: what a new leaf's key, 0, stands for.
        random.state ^= records[record].key
        let weight = weight * Double(max(Poisson.count(mean: 1, random.next53()), 1))
        records.base[record].key = random.state ^ JavaRandom(seed: 1).state
        nodes.base[place].weight += weight
        let isRight = absorbAsMoa(example, classIndex, weight, at: record)
        _ = window(record)?.update(!isRight, delta: options.driftDelta)
        if isDueAsMoa(record) { grow(record, example.sequence) }
    }
}
