/// Transforms in a row, with one buffer per stage.
///
/// Transforms learn from every event, labelled or not. Predicting uses the statistics as they were; learning then
/// updates each stage and transforms again, so that a model trains on the scaling that the next prediction will see.
final class TransformChain {
    /// The plan's text: stored in snapshots and compared on load.
    let texts: [String]
    let outputFeatures: [Feature]
    private let stages: [TransformStage]
    private let inputWidth: Int
    /// The stages that do something, without reference counting.
    private let hot: FlatBuffer<Unmanaged<TransformStage>>

    init(plans: [ComponentPlan], features: [Feature], classCount: Int, seed: UInt64, task: UInt32, memoryLimit: Int) {
        var features = features
        inputWidth = features.count
        stages = plans.enumerated().map { index, plan in
            let id = StableHash.of("\(index) \(plan.canonicalText)")
            let context = ComponentContext(
                features: features, classCount: classCount,
                random: CounterRandom(seed: seed, component: id, task: task),
                memoryLimit: memoryLimit)
            let stage = TransformStage(Catalog.makeTransformer(plan, context))
            features = stage.transformer.outputFeatures
            return stage
        }
        hot = FlatBuffer(stages.filter { !$0.transformer.changesNothing }.map(Unmanaged.passUnretained))
        texts = plans.map(\.canonicalText)
        outputFeatures = features
    }

    /// Pure. The view is valid until the next call.
    @inline(__always)
    func transform(_ slots: UnsafePointer<Double>, sequence: UInt64) -> Example {
        var example = Example(slots: slots, count: inputWidth, sequence: sequence)
        for index in hot.indices { example = hot[index]._withUnsafeGuaranteedRef { $0.transform(example) } }
        return example
    }

    /// Each stage learns what the stage before it wrote. The view is valid until the next call.
    @inline(__always)
    func learn(_ slots: UnsafePointer<Double>, sequence: UInt64) -> Example {
        var example = Example(slots: slots, count: inputWidth, sequence: sequence)
        for index in hot.indices {
            example = hot[index]._withUnsafeGuaranteedRef {
                $0.transformer.learn(example)
                return $0.transform(example)
            }
        }
        return example
    }

    var memoryBytes: Int { stages.reduce(0) { $0 + $1.transformer.memoryBytes + $1.width * 8 } }

    /// The transforms one after the other, where their texts stand elsewhere.
    func write(to writer: inout SnapshotWriter) {
        for stage in stages { stage.transformer.write(to: &writer) }
    }

    /// Reads what `write` wrote.
    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for stage in stages { try stage.transformer.read(from: &reader) }
    }

    /// What another chain of the same plans has learned. Cost: its state's size, twice.
    func copy(_ other: TransformChain) {
        var writer = SnapshotWriter()
        other.write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        do throws(SnapshotError) { try read(from: &reader) } catch {
            preconditionFailure("a transform does not read what it wrote: \(error)")
        }
    }

    /// One section per transform, `name/1`, `name/2`, ….
    func write(to writer: inout SnapshotWriter, _ name: String) {
        for (index, stage) in stages.enumerated() {
            writer.section("\(name)/\(index + 1)", texts[index]) { stage.transformer.write(to: &$0) }
        }
    }

    /// - Parameter first: so many stages alone.
    func read(
        from sections: inout SnapshotSections, _ name: String, first: Int = .max
    ) throws(SnapshotError) {
        for (index, stage) in stages.prefix(first).enumerated() {
            try sections.take("\(name)/\(index + 1)", texts[index]) { (reader) throws(SnapshotError) in
                try stage.transformer.read(from: &reader)
            }
        }
    }
}

/// One transform of a chain and the buffer it writes.
private final class TransformStage {
    let transformer: any Transformer
    let width: Int
    private let output: UnsafeMutablePointer<Double>

    init(_ transformer: any Transformer) {
        self.transformer = transformer
        width = transformer.outputFeatures.count
        output = .allocate(capacity: max(width, 1))
        output.initialize(repeating: 0, count: max(width, 1))
    }

    deinit { output.deallocate() }

    @inline(__always)
    func transform(_ example: Example) -> Example {
        transformer.transform(example, into: output)
        return Example(slots: output, count: width, sequence: example.sequence)
    }
}
