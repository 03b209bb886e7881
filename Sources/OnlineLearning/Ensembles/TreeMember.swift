/// One tree of an ensemble, what is known of its errors, and the tree that may follow it.
final class TreeMember {
    private(set) var tree: HoeffdingTree
    private(set) var background: HoeffdingTree?
    let detector: Adwin?
    private let parameters: ParameterValues
    private let context: ComponentContext
    /// Slots of the example that the tree sees, in the order of the features' name hashes.
    private let slots: FlatBuffer<Int32>
    private let gathered: FlatBuffer<Double>
    /// Right answers and all answers, each event counting a hundredth less than the one after it.
    private let record = FlatBuffer<Double>(2, repeating: 0)

    /// - Parameter share: bytes that each of its trees may take.
    init(_ index: Int, _ style: EnsembleStyle, _ values: ParameterValues, _ context: ComponentContext, share: Int) {
        let random = context.random.part(UInt64(index))
        var chosen = context.features.indices.sorted {
            context.features[$0].nameHash < context.features[$1].nameHash
        }
        let count = style.featureCount(of: chosen.count)
        for place in 0..<count where count < chosen.count {
            let rest = UInt64(chosen.count - place)
            chosen.swapAt(place, place + Int(random.bits(event: 0, draw: UInt64(place)) % rest))
        }
        chosen = chosen.prefix(count).sorted { context.features[$0].nameHash < context.features[$1].nameHash }
        var own = context
        own.features = chosen.map { context.features[$0] }
        own.random = random
        own.memoryLimit = share
        self.context = own
        parameters = EnsembleParameters.treeValues(values, tau: style.tau(of: index), maxSize: share)
        slots = FlatBuffer(chosen.map(Int32.init))
        gathered = FlatBuffer(chosen.count, repeating: 0)
        tree = HoeffdingTree(parameters: parameters, context: own)
        detector =
            style.reaction == .none
            ? nil
            : Adwin(
                parameters: ParameterValues(
                    Adwin.description,
                    ["delta": .number(style.driftDelta), "warning_delta": .number(style.warningDelta)]),
                context: own)
    }

    /// The part of an example that the tree sees. Valid until the next call.
    @inline(__always)
    func view(_ example: Example) -> Example {
        for index in 0..<slots.count { gathered[index] = example.slots[Int(slots[index])] }
        return Example(slots: gathered.base, count: slots.count, sequence: example.sequence)
    }

    /// Odds that its next answer is right, squared: a tree that errs half as often has four times the say.
    var voice: Double {
        let odds = (record[0] + 1) / (record[1] - record[0] + 1)
        return odds * odds
    }

    /// Takes note of the answer to one event before it is learned; what the detector says of the error.
    func score(isRight: Bool) -> DriftLevel {
        record[0] = record[0] * 0.99 + (isRight ? 1 : 0)
        record[1] = record[1] * 0.99 + 1
        guard let detector else { return .none }
        let level = detector.update(.error(!isRight))
        return detector.lastChange.direction == .up ? level : .none
    }

    /// The tree and its successor learn what `view` gave.
    func learn(_ view: Example, classIndex: Int, weight: Double) {
        tree.learn(view, classIndex: classIndex, weight: weight)
        background?.learn(view, classIndex: classIndex, weight: weight)
    }

    /// Begins a successor where there is none.
    func prepare() {
        if background == nil { background = HoeffdingTree(parameters: parameters, context: context) }
    }

    /// The successor, or an empty tree, takes over.
    func replace() {
        if let background {
            tree = background
            self.background = nil
        } else {
            tree.reset()
        }
        detector?.reset()
        record[0] = 0
        record[1] = 0
    }

    var memoryBytes: Int {
        tree.memoryBytes + (background?.memoryBytes ?? 0) + fixedBytes
    }

    /// What it takes beside its trees.
    var fixedBytes: Int { (detector?.memoryBytes ?? 0) + slots.bytes + gathered.bytes + record.bytes + 200 }

    func write(to writer: inout SnapshotWriter) {
        record.write(to: &writer)
        detector?.write(to: &writer)
        tree.write(to: &writer)
        writer.write(background != nil)
        background?.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try record.read(from: &reader, minimum: 0)
        guard record[0] <= record[1] else { throw SnapshotError("the snapshot's tree was right too often") }
        try detector?.read(from: &reader)
        try tree.read(from: &reader)
        background = nil
        if try reader.readBool() {
            prepare()
            try background?.read(from: &reader)
        }
    }
}
