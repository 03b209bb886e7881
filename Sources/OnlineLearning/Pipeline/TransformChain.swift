/// Transforms in a row, with one buffer per stage.
///
/// Transforms learn from every event, labelled or not. Predicting uses the statistics as they were; learning then
/// updates each stage and transforms again, so that a model trains on the scaling that the next prediction will see.
final class TransformChain {
    /// The plan's text: stored in snapshots and compared on load.
    let texts: [String]
    let outputFeatures: [Feature]
    private let stages: [any Transformer]
    private let inputWidth: Int
    private let stageCount: Int
    private let widths: FlatBuffer<Int>
    private let outputs: FlatBuffer<UnsafeMutablePointer<Double>>

    init(plans: [ComponentPlan], features: [Feature], classCount: Int, seed: UInt64, task: UInt32, memoryLimit: Int) {
        var features = features
        var stages: [any Transformer] = []
        var buffers: [UnsafeMutablePointer<Double>] = []
        inputWidth = features.count
        for (index, plan) in plans.enumerated() {
            let id = StableHash.of("\(index) \(plan.canonicalText)")
            let context = ComponentContext(
                features: features, classCount: classCount,
                random: CounterRandom(seed: seed, component: id, task: task),
                memoryLimit: memoryLimit)
            let stage = Catalog.makeTransformer(plan, context)
            features = stage.outputFeatures
            let buffer = UnsafeMutablePointer<Double>.allocate(capacity: max(features.count, 1))
            buffer.initialize(repeating: 0, count: max(features.count, 1))
            stages.append(stage)
            buffers.append(buffer)
        }
        self.stages = stages
        stageCount = stages.count
        widths = FlatBuffer(stages.map { $0.outputFeatures.count })
        outputs = FlatBuffer(buffers)
        texts = plans.map(\.canonicalText)
        outputFeatures = features
    }

    deinit { for index in outputs.indices { outputs[index].deallocate() } }

    var isEmpty: Bool { stageCount == 0 }

    /// Pure. The view is valid until the next call.
    @inline(__always)
    func transform(_ slots: UnsafePointer<Double>) -> Example {
        var example = Example(slots: slots, count: inputWidth)
        for index in 0..<stageCount {
            stages[index].transform(example, into: outputs[index])
            example = Example(slots: outputs[index], count: widths[index])
        }
        return example
    }

    /// Each stage learns what the stage before it wrote. The view is valid until the next call.
    @inline(__always)
    func learn(_ slots: UnsafePointer<Double>) -> Example {
        var example = Example(slots: slots, count: inputWidth)
        for index in 0..<stageCount {
            let stage = stages[index]
            stage.learn(example)
            stage.transform(example, into: outputs[index])
            example = Example(slots: outputs[index], count: widths[index])
        }
        return example
    }

    var memoryBytes: Int { stages.reduce(0) { $0 + $1.memoryBytes + $1.outputFeatures.count * 8 } }

    func write(to writer: inout SnapshotWriter) {
        for (index, stage) in stages.enumerated() {
            writer.write(texts[index])
            stage.write(to: &writer)
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for (index, stage) in stages.enumerated() {
            try reader.expect(texts[index], "transform \(index + 1)")
            try stage.read(from: &reader)
        }
    }
}
