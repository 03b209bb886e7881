/// One tree of an ensemble, what is known of its errors, and the tree that may follow it.
///
/// Both trees stand from the beginning and change places, so that no event has to make one.
final class TreeMember {
    private(set) var tree: HoeffdingTree
    private(set) var successor: HoeffdingTree?
    /// Whether the successor learns.
    private(set) var isPrepared = false
    let detector: ErrorWindow?
    private let driftDelta: Double
    private let warningDelta: Double
    private(set) var record = VoteRecord()

    /// - Parameter share: bytes that each of its trees may take.
    init(_ index: Int, _ style: EnsembleStyle, _ options: TreeOptions, _ context: ComponentContext, share: Int) {
        var options = options
        var own = context
        own.random = context.random.derived(UInt64(index))
        own.memoryLimit = share
        options.tau = style.tau(of: index)
        options.maxSize = share
        let count = style.featureCount(index, of: context.features.count)
        options.features = Self.subspace(count, own)
        options.subspace = style.leafFeatureCount(of: count)
        tree = HoeffdingTree(options, own)
        successor = style.reaction == .background ? HoeffdingTree(options, own) : nil
        detector = style.reaction == .none ? nil : ErrorWindow()
        driftDelta = style.driftDelta
        warningDelta = style.warningDelta
    }

    deinit { detector?.deallocate() }

    /// Indices of so many features, drawn without replacement; the draws go by the features' name hashes. nil: all.
    static func subspace(_ count: Int, _ context: ComponentContext) -> [Int]? {
        let features = context.features
        guard count < features.count else { return nil }
        var chosen = features.indices.sorted { features[$0].nameHash < features[$1].nameHash }
        for place in 0..<count {
            let rest = UInt64(chosen.count - place)
            chosen.swapAt(place, place + Int(context.random.bits(event: 0, draw: UInt64(place)) % rest))
        }
        return Array(chosen.prefix(count))
    }

    /// Takes note of the answer to one event before it is learned; what the detector says of the error.
    func score(isRight: Bool) -> DriftLevel {
        record.take(isRight: isRight)
        return detector?.level(!isRight, delta: driftDelta, warning: warningDelta) ?? .none
    }

    /// The tree and its successor learn an example.
    @inline(__always)
    func learn(_ example: Example, classIndex: Int, weight: Double) {
        tree.learn(example, classIndex: classIndex, weight: weight)
        if isPrepared { successor?.learn(example, classIndex: classIndex, weight: weight) }
    }

    /// Lets the successor learn from now on.
    func prepare() { isPrepared = true }

    /// The successor, or an empty tree, takes over.
    func replace() {
        tree.reset()
        if isPrepared, let next = successor {
            successor = tree
            tree = next
            isPrepared = false
        }
        detector?.reset()
        record = VoteRecord()
    }

    var memoryBytes: Int { tree.memoryBytes + (successor?.memoryBytes ?? 0) + fixedBytes }

    /// What it takes beside its trees.
    var fixedBytes: Int { (detector == nil ? 0 : ErrorWindow.bytes) + 200 }

    func write(to writer: inout SnapshotWriter) {
        record.write(to: &writer)
        detector?.write(to: &writer)
        tree.write(to: &writer)
        guard let successor else { return }
        writer.write(isPrepared)
        successor.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try record.read(from: &reader)
        try detector?.read(from: &reader)
        try tree.read(from: &reader)
        guard let successor else { return }
        isPrepared = try reader.readBool()
        try successor.read(from: &reader)
    }
}
