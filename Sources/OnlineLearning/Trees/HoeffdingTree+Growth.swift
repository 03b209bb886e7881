extension HoeffdingTree {
    /// Gains below this are rounding.
    static let smallestMerit = 1e-10

    /// An attempt, due every grace period: an active leaf looks for a split, an inactive one for statistics.
    func grow(_ index: Int, _ sequence: UInt64) {
        let record = records[index]
        guard record.rows.shape.stride > 0 else {
            _ = activate(index)
            return
        }
        let classes = classesSeen(record.rows)
        guard classes > 1, Int(nodes[Int(record.node)].depth) < options.maxDepth else { return }
        let found = search.best(record)
        guard found.best.merit > Self.smallestMerit || options.followsMoa && found.best.merit > -.infinity else {
            return
        }
        let bound = bound(record, classes)
        // The anytime tree asks only whether the test is better than none.
        let rival = options.revision == .better ? 0 : found.second
        guard found.best.merit - rival > bound || bound < options.tau,
            options.followsMoa || isReal(record, found.best, classes)
        else { return }
        split(index, found.best, sequence)
    }

    /// Whether a test tells more than chance would, which a bound on the difference of two tests does not say: the
    /// G statistic of its branches against the χ² quantile at 4.5 standard deviations (Wilson & Hilferty 1931,
    /// doi:10.1073/pnas.17.12.684), high enough for the many tests of many attempts.
    func isReal(_ record: TreeRecord, _ split: TreeSplit, _ classes: Int) -> Bool {
        let branches = split.test == .each ? record.rows.distinctValues(split.index) : 2
        let freedom = Double((classes - 1) * (branches - 1))
        let part = 2 / (9 * freedom)
        let root = 1 - part + 4.5 * part.squareRoot()
        return 2 * 0.6931471805599453 * search.bits(record, split) * record.seen > freedom * root * root * root
    }

    /// The Hoeffding bound of a record's merits.
    func bound(_ record: TreeRecord, _ classes: Int) -> Double {
        let range = options.criterion.range(classes: classes)
        let weight = options.followsMoa ? moaWeight(Int(nodes[Int(record.node)].record)) : record.seen
        return (range * range * logInverseDelta / (2 * weight)).squareRoot()
    }

    func classesSeen(_ rows: ClassRows) -> Int {
        var seen = 0
        for position in 0..<rows.count where rows.weight(position) > 0 { seen += 1 }
        return seen
    }

    /// Turns a leaf into a test; false where there is no room. In trees that reconsider the node keeps its record.
    @discardableResult
    func split(_ index: Int, _ split: TreeSplit, _ sequence: UInt64) -> Bool {
        let rows = records[index].rows
        let isNumeric = split.test == .atMost
        let slot = isNumeric ? rows.shape.numericSlots[split.index] : rows.shape.nominalSlots[split.index]
        let values = split.test == .each ? Int(rows.shape.nominalValues[split.index]) : 2
        // Children's weights are made of the parent's statistics, so these go last.
        let needed = ClassRows.bytes(features.none, rows.count) * values
        guard reserve(nodes: values, records: values, bytes: needed, sparing: index) else { return false }
        let parent = Int(records[index].node)
        let depth = nodes[parent].depth + 1
        let first = nodes.count
        for value in 0..<values {
            var node = TreeNode(weight: 0, record: -1, depth: depth)
            if split.test == .each, !shows(rows, split.index, value) { node.test = .absent }
            nodes.append(node)
        }
        for value in 0..<values where nodes[first + value].test == .leaf {
            estimate(rows, split, branch: value)
            begin(first + value, below: index, key(below: records[index].key ^ UInt64(value + 1), sequence))
        }
        let node = nodes.base + parent
        node.pointee.test = split.test
        node.pointee.feature = slot
        node.pointee.threshold = split.threshold
        node.pointee.child = Int32(first)
        for value in 0..<values where nodes[first + value].test == .leaf {
            let child = Int(nodes[first + value].record)
            guard activate(child), !options.followsMoa, records[index].rows.shape.stride > 0 else { continue }
            records.base[child].rows.inherit(records[index].rows, options.heritage, except: slot)
        }
        settle(index)
        return true
    }

    /// The record of a node that has just become a test.
    private func settle(_ index: Int) {
        switch options.revision {
        case .never:
            nodes.base[Int(records[index].node)].record = -1
            release(index)
        case .drift:
            deactivate(index)
            if options.followsMoa { records[index].window?.reset() }
        case .better: break
        }
    }

    private func shows(_ rows: ClassRows, _ index: Int, _ value: Int) -> Bool {
        rows.pooled[Int(rows.shape.nominalOffsets[index]) + 1 + value] > 0
    }

    /// A branch's class weights, into the search's `left`.
    private func estimate(_ rows: ClassRows, _ split: TreeSplit, branch: Int) {
        let left = search.left
        switch split.test {
        case .atMost where options.followsMoa: search.divideAsMoa(rows, split.index, split.threshold)
        case .atMost: search.divide(rows, split.index, split.threshold)
        default:
            let value = split.test == .each ? branch : Int(split.threshold)
            search.divide(rows, nominal: split.index, value: value)
        }
        guard split.test != .each, branch == 1 else { return }
        for position in 0..<rows.count { left[position] = search.right[position] }
    }

    /// How firmly a leaf holds the temper of its parent: as much as some ten examples tell.
    private static let inheritedCurvature = 10.0

    /// A child's record: estimated class weights, no statistics. Shares below a twentieth of an example are left out.
    /// An estimate counts as `options.heritage` examples at most: what the leaf then sees itself soon outweighs what was
    /// true of its parent, and what was true before the stream changed.
    private func begin(_ node: Int, below parent: Int, _ key: UInt64) {
        let rows = records[parent].rows
        var whole = 0.0
        for position in 0..<rows.count { whole += search.left[position] }
        if whole > options.heritage {
            for position in 0..<rows.count { search.left[position] *= options.heritage / whole }
        }
        let least = options.followsMoa ? 0 : 0.05
        var classes = 0
        for position in 0..<rows.count where search.left[position] > least { classes += 1 }
        let index = addRecord(node: node, key: key, classes: classes)
        for position in 0..<rows.count where search.left[position] > least {
            _ = records.base[index].rows.add(classIndex: rows.classIndex(position), weight: search.left[position])
        }
        records.base[index].lastAttempt = options.followsMoa ? moaWeight(index) : whole
        records.base[index].temper = records[parent].temper
        records.base[index].curvature = min(records[parent].curvature, Self.inheritedCurvature)
        nodes.base[node].record = Int32(index)
        nodes.base[node].weight = whole
    }
}
