/// A decision tree that grows leaf by leaf from a stream (VFDT: Domingos & Hulten 2000, doi:10.1145/347090.347107), and
/// the core that the adaptive trees and the forests embed.
///
/// A leaf splits when the Hoeffding bound says that its best test beats the second best, or that they are so close that
/// either will do (`tau`). Differences from MOA and River, each for a reason:
/// - a split needs a real gain: there a useless feature can be split on again and again once the tie rule fires;
/// - not splitting has the merit 0, not −∞; the gain is measured on one set of examples, counts for the share of them
///   that show the feature, and the bound goes by their number (see `SplitSearch`);
/// - a sliver is split off only for a large gain, because the other branch begins anew, too;
/// - a leaf with a tiny minority keeps its statistics: there a share above 0.99 wipes them, and rare classes are never
///   isolated;
/// - naive Bayes works with logarithms, never believes a class to be sharper than a tenth of the spread of all classes,
///   and its likelihoods are tempered so that its probabilities can be believed;
/// - a leaf may answer with the class shares of its last examples, where those served better of late (`LeafMerits`);
/// - what a new leaf has from its parent, class shares and statistics, counts as 50 examples: it soon speaks for itself;
/// - `max_size` is a bound at every event, counted in allocated bytes: leaves with the least to gain (weight outside
///   the majority class) give up their statistics to those with more, and go on counting classes.
///
/// A missing tested value follows the child that has seen more. Ties go by feature-name hash.
/// Cost per event: one walk and, with naive Bayes leaves, a division per class and feature to predict; two Welford steps
/// per feature to learn what was just predicted, and the same divisions to learn anything else; a split search every
/// `grace_period` examples of a leaf.
/// Memory: 32 bytes per node; 200 per leaf, 32 per class it has met, and for an active leaf 40 per class and numeric
/// feature and 8 per class and nominal value. One thread.
public final class HoeffdingTree: Classifier, ClassifierCore {
    let options: TreeOptions
    let features: WatchedFeatures
    let classCount: Int
    let search: SplitSearch
    let logInverseDelta: Double
    let random: CounterRandom
    /// Bytes that all of the tree may take.
    let limit: Int

    /// Values of the nominal slots, 0 for numeric ones; by slot.
    let nominalCounts: FlatBuffer<Int32>
    let nodes: Arena<TreeNode>
    let records: Arena<TreeRecord>
    let state: UnsafeMutablePointer<State>
    /// What `ClassRows.prepare` writes.
    let values: FlatBuffer<Double>
    /// Scores of the classes, and their shares before they are made to sum to 1.
    let scores: FlatBuffer<Double>
    /// The example that was answered last, and the nodes it came by, the leaf last.
    let asked: FlatBuffer<Double>
    let path: FlatBuffer<Int32>
    private let scratch: FlatBuffer<Double>

    /// What changes as the tree grows, besides nodes and records.
    struct State {
        /// Bytes of the records' blocks.
        var blockBytes = 0
        /// Records with statistics.
        var activeCount = 0
        /// The first free record, or -1.
        var free: Int32 = -1
        /// Nodes that nothing leads to any more.
        var orphans = 0
        /// The record whose scores of the example in `asked` are at hand, or -1.
        var answered: Int32 = -1
        /// Inner nodes in `path`, or -1: it must not be gone by.
        var depth: Int32 = -1
        /// Whether the example that is learned is the one in `asked`.
        var isAskedAgain = false
        /// What stands in `values`.
        var prepared = ClassRows.Prepared()
    }

    public convenience init(parameters: ParameterValues, context: ComponentContext) {
        self.init(TreeOptions(parameters), context)
    }

    /// A tree as ensembles make it.
    init(_ options: TreeOptions, _ context: ComponentContext) {
        self.options = options
        classCount = max(context.classCount, 1)
        features = WatchedFeatures(
            context.features, part: options.features, sumsMerits: options.followsMoa && options.revision == .better)
        nominalCounts = FlatBuffer(context.features.map { Int32($0.nominalCount) })
        random = context.random
        values = FlatBuffer(max(ClassRows.scratchSize(features.whole), 2), repeating: 0)
        scores = FlatBuffer(2 * classCount, repeating: 0)
        asked = FlatBuffer(context.features.count, repeating: 0)
        path = FlatBuffer(Self.pathRoom, repeating: 0)
        scratch = FlatBuffer(SplitSearch.scratchSize(classCount), repeating: 0)
        search = SplitSearch(
            criterion: options.criterion, binaryOnly: options.binaryOnly,
            minBranchFraction: options.minBranchFraction, followsMoa: options.followsMoa, classCount: classCount,
            scratch: scratch.base)
        logInverseDelta = -Numerics.log(options.delta)
        limit = min(options.maxSize, context.memoryLimit)
        nodes = Arena(capacity: 1)
        records = Arena(capacity: 1)
        state = .allocate(capacity: 1)
        state.initialize(to: State())
        plant()
    }

    /// One empty leaf. The arenas are empty and have room for it.
    func plant() {
        nodes.append(TreeNode(weight: 0, record: 0, depth: 0))
        _ = addRecord(node: 0, key: 0, classes: options.roomForClasses)
        _ = activate(0)
    }

    /// Forgets everything. What is allocated for nodes and for one leaf is kept, so that beginning anew allocates
    /// nothing.
    func reset() {
        guard let kept = (0..<records.count).first(where: isReusable) else {
            clear()
            plant()
            return
        }
        var rows = records[kept].rows
        clear(except: kept)
        rows.removeAll()
        nodes.append(TreeNode(weight: 0, record: 0, depth: 0))
        records.append(TreeRecord(node: 0, rows: rows, key: 0, temper: firstTemper))
        state.pointee.blockBytes = rows.bytes + (options.subspace > 0 ? Heap.size(rows.shape.bytes) : 0)
        state.pointee.activeCount = 1
    }

    /// Whether a record's statistics could be the root's: in trees with subspaces only the root's own.
    private func isReusable(_ index: Int) -> Bool {
        records[index].node >= 0 && records[index].rows.shape.stride > 0
            && (options.subspace == 0 || records[index].node == 0)
    }

    /// Gives back all records, but for the statistics of one.
    func clear(except kept: Int = -1) {
        for index in 0..<records.count where records[index].node >= 0 && index != kept {
            records[index].rows.deallocate()
        }
        for index in 0..<records.count where records[index].node >= 0 {
            releaseExtras(index, keepsShape: index == kept)
        }
        state.pointee = State()
        nodes.removeAll()
        records.removeAll()
    }

    deinit {
        clear()
        state.deallocate()
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        let leaf = walk(example)
        asked.base.update(from: example.slots, count: asked.count)
        state.pointee.answered = -1
        answer(leaf, example, into: probabilities)
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        state.pointee.isAskedAgain = isAsked(example)
        defer { (state.pointee.answered, state.pointee.depth) = (-1, -1) }
        switch options.revision {
        case _ where options.followsMoa: learnAsMoa(example, classIndex, weight)
        case .never:
            let index = descendAgain(example, weight)
            _ = absorb(example, classIndex, weight, at: index)
            tryToGrow(index, example.sequence)
        case .drift: learnAdaptively(example, classIndex, weight)
        case .better: learnAnytime(example, classIndex, weight)
        }
        if state.pointee.orphans > 64, state.pointee.orphans > nodes.count / 2 { compact() }
    }

    /// A record learns an example; whether it would have answered right.
    @inline(__always)
    func absorb(_ example: Example, _ classIndex: Int, _ weight: Double, at index: Int) -> Bool {
        let position = room(for: classIndex, at: index)
        guard position >= 0 else { return false }
        let record = records.base + index
        guard record.pointee.rows.shape.stride > 0 else {
            let isRight = record.pointee.rows.majority.position == position
            record.pointee.rows.setWeight(position, record.pointee.rows.weight(position) + weight)
            return isRight
        }
        var isRight = false
        if options.leafPrediction == .majority {
            if options.revision == .drift { isRight = record.pointee.rows.majority.position == position }
            state.pointee.prepared.odd = record.pointee.rows.gatherSteady(example, into: values.base)
        } else {
            isRight = judge(record, example, position, weight, index)
        }
        record.pointee.rows.learn(
            example, values.base, state.pointee.prepared.odd, position: position, weight: weight)
        record.pointee.seen += weight
        return isRight
    }

    /// Every grace period a leaf looks for a split.
    @inline(__always)
    func tryToGrow(_ index: Int, _ sequence: UInt64) {
        let weight = nodes[Int(records[index].node)].weight
        guard weight - records[index].lastAttempt >= options.gracePeriod else { return }
        records.base[index].lastAttempt = weight
        grow(index, sequence)
    }

    public var memoryBytes: Int {
        features.bytes + Heap.size(nominalCounts.bytes) + Heap.size(values.bytes) + Heap.size(scores.bytes)
            + Heap.size(asked.bytes) + Heap.size(path.bytes)
            + Heap.size(scratch.bytes) + Heap.size(MemoryLayout<State>.size) + Heap.size(Self.objectBytes)
            + nodes.bytes + records.bytes + state.pointee.blockBytes
    }

    /// What one object of the class takes.
    private static let objectBytes = 400
}
