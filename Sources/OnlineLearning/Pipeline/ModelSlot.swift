/// One model of the plan: its transforms, its living incarnation and its record.
final class ModelSlot {
    let plan: ModelPlan
    /// What its incarnations are made of: the plan's, or what `tune` has moved it to.
    private(set) var component: ComponentPlan
    /// The number of the first event that came after its component was chosen.
    var born: UInt64 = 0
    let chain: TransformChain
    /// False where the chain is the topology's shared one, which the pipeline runs and stores.
    let ownsChain: Bool
    var current: Incarnation { didSet { living.pointer.pointee.incarnation = .passUnretained(current) } }
    private let living: Cell<Living>
    /// `current` without reference counting.
    private var hot: Unmanaged<Incarnation> { living.pointer.pointee.incarnation }
    /// 1 at the start, one more for every replacement.
    var version: UInt32 {
        get { living.pointer.pointee.version }
        set { living.pointer.pointee.version = newValue }
    }
    /// It does not learn, by command.
    var isFrozen: Bool {
        get { living.pointer.pointee.isFrozen }
        set { living.pointer.pointee.isFrozen = newValue }
    }
    /// Incarnations ever made, so that each draws its own random numbers.
    var attempts: UInt32 = 0
    /// What this model would have published, or nil: it is the only one, and what is published is its record.
    private(set) var scoreboard: (any Scoreboard)?
    private let objective: Objective
    private let context: ComponentContext
    private let pipeline: PipelinePlan
    private let taskNumber: UInt32
    private let window: Int

    /// What every event reads.
    private struct Living {
        var incarnation: Unmanaged<Incarnation>
        var version: UInt32
        var isFrozen = false
    }

    init(
        plan: ModelPlan, pipeline: PipelinePlan, objective: Objective, chain: TransformChain, ownsChain: Bool,
        isAlone: Bool, taskNumber: UInt32
    ) {
        self.plan = plan
        component = plan.component
        window = pipeline.window
        self.chain = chain
        self.ownsChain = ownsChain
        self.objective = objective
        self.taskNumber = taskNumber
        self.pipeline = pipeline
        context = ComponentContext(
            features: chain.outputFeatures, classCount: objective.classCount, memoryLimit: pipeline.memoryOfModel)
        scoreboard = isAlone ? nil : objective.makeScoreboard(window: pipeline.window)
        current = Incarnation(
            name: plan.name, component: component, objective: objective, context: context, seed: pipeline.seed,
            number: taskNumber, attempt: 0)
        living = Cell(Living(incarnation: .passUnretained(current), version: 1))
        attempts = 1
    }

    /// A new incarnation that knows nothing.
    ///
    /// - Parameter origin: the event from which on it is to learn again what was learned.
    func makeFresh(from origin: UInt64? = nil) -> Incarnation {
        defer { attempts += 1 }
        return make(attempt: attempts, origin: origin)
    }

    private func make(attempt: UInt32, origin: UInt64?) -> Incarnation {
        let own = origin.map { _ in
            TransformChain(
                plans: plan.transforms ?? pipeline.transforms, features: pipeline.schema.features,
                classCount: objective.classCount, seed: pipeline.seed, task: taskNumber,
                memoryLimit: pipeline.memory / PipelinePlan.sharedPart)
        }
        return Incarnation(
            name: plan.name, component: component, objective: objective, context: context, seed: pipeline.seed,
            number: taskNumber, attempt: attempt, origin: origin, chain: own)
    }

    /// Begins anew with another component and another record.
    ///
    /// - Parameters:
    ///   - source: whose knowledge it begins with, or nil: nobody's.
    ///   - sequence: the number of the next event.
    func retune(_ component: ComponentPlan, from source: ModelSlot?, at sequence: UInt64) {
        self.component = component
        version += 1
        born = sequence
        let fresh = makeFresh(from: source?.current.origin)
        if let source {
            Self.copy(source.current.writeLearned, fresh.read)
            if ownsChain { chain.copy(source.chain) }
        }
        current = fresh
        if scoreboard != nil { scoreboard = objective.makeScoreboard(window: window) }
    }

    private static func copy(
        _ write: (inout SnapshotWriter) -> Void, _ read: (inout SnapshotReader) throws(SnapshotError) -> Void
    ) {
        var writer = SnapshotWriter()
        write(&writer)
        var reader = SnapshotReader(writer.bytes)
        do throws(SnapshotError) { try read(&reader) } catch {
            preconditionFailure("a model does not read what it wrote: \(error)")
        }
    }

    /// Begins anew in the place of a model of the same name: another version, and other random numbers.
    func begin(after former: ModelSlot) {
        attempts = former.attempts
        version = former.version + 1
        isFrozen = former.isFrozen
        current = makeFresh()
    }

    /// The living incarnation as it is now, to be kept. Cost: its state's size, twice.
    func copyOfCurrent() -> Incarnation {
        var writer = SnapshotWriter()
        current.write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        do throws(SnapshotError) { return try readIncarnation(from: &reader) } catch {
            preconditionFailure("a model does not read what it wrote: \(error)")
        }
    }

    /// An incarnation of this slot from a snapshot: made as the same attempt, so that it draws the same numbers.
    func readIncarnation(from reader: inout SnapshotReader) throws(SnapshotError) -> Incarnation {
        let making = try Incarnation.readMaking(from: &reader)
        let incarnation = make(attempt: making.attempt, origin: making.origin)
        try incarnation.read(from: &reader)
        return incarnation
    }

    /// The last answer.
    @inline(__always)
    var answer: ModelAnswer { hot._withUnsafeGuaranteedRef { $0.answer } }

    /// Answers from its own transforms of `raw`, or from the shared ones' `example`. Returns what came of those.
    @inline(__always)
    func predict(_ raw: UnsafePointer<Double>, _ example: Example, known: Int) -> Example {
        let input = transform(raw, example, adapts: false)
        hot._withUnsafeGuaranteedRef { $0.predict(raw, input, known: known) }
        return input
    }

    /// What the model is to learn from; its own transforms learn `raw` first where they may (`adapts`).
    @inline(__always)
    func transform(_ raw: UnsafePointer<Double>, _ example: Example, adapts: Bool) -> Example {
        guard ownsChain else { return example }
        return adapts && !isFrozen
            ? chain.learn(raw, sequence: example.sequence) : chain.transform(raw, sequence: example.sequence)
    }

    /// Only its own transforms learn.
    @inline(__always)
    func meet(_ raw: UnsafePointer<Double>, _ sequence: UInt64) {
        if isFrozen { return }
        if ownsChain { _ = chain.learn(raw, sequence: sequence) }
        hot._withUnsafeGuaranteedRef { $0.meet(raw, sequence) }
    }

    /// Scores the last answer, which was to the event of that number; `flags` are the baselines'. Returns its log-loss or
    /// absolute error. What the place's former model had answered does not stand in the record of the present one.
    @inline(__always)
    func score(_ label: Label, flags: UInt8, of sequence: UInt64) -> Double {
        let answer = hot._withUnsafeGuaranteedRef {
            $0.score(label)
            return $0.answer
        }
        if let scoreboard, born <= sequence { scoreboard.record(answer, label, flags: flags) }
        return answer.fineLoss
    }

    @inline(__always)
    func learn(_ raw: UnsafePointer<Double>, _ input: Example, _ label: Label, adapts: Bool) {
        if !isFrozen { hot._withUnsafeGuaranteedRef { $0.learn(raw, input, label, adapts: adapts) } }
    }

    var memoryBytes: Int {
        current.memoryBytes + (ownsChain ? chain.memoryBytes : 0) + (scoreboard?.memoryBytes ?? 0)
    }

    func write(to writer: inout SnapshotWriter, _ pipeline: PipelinePlan) {
        let name = PipelinePlan.section(of: plan)
        writer.section(name, pipeline.text(of: plan)) {
            if plan.isTuned {
                component.write(to: &$0, origin: plan.component)
                $0.write(born)
            }
            $0.write(version)
            $0.write(attempts)
            current.write(to: &$0)
        }
        if ownsChain { chain.write(to: &writer, name + "/transforms") }
        if let scoreboard { writer.section(name + "/record", pipeline.recordText) { scoreboard.write(to: &$0) } }
    }

    /// - Parameters:
    ///   - pipeline: the plan whose state it is.
    ///   - former: this model in it, where that is another plan.
    ///   - ownRecord: whether the state has a record of this model alone.
    func read(
        from sections: inout SnapshotSections, _ pipeline: PipelinePlan, as former: ModelPlan? = nil,
        ownRecord: Bool = true
    ) throws(SnapshotError) {
        let name = PipelinePlan.section(of: plan)
        try sections.take(name, pipeline.text(of: former ?? plan)) { (reader) throws(SnapshotError) in
            if plan.isTuned {
                component = try ComponentPlan.read(from: &reader, origin: plan.component, objective.role)
                born = try reader.read()
            }
            version = try reader.read()
            attempts = try reader.read()
            guard version >= 1, attempts >= 1 else {
                throw SnapshotError("the snapshot's model '\(plan.name)' was never made")
            }
            current = try readIncarnation(from: &reader)
        }
        if ownsChain { try chain.read(from: &sections, name + "/transforms") }
        if let scoreboard, ownRecord {
            try sections.take(name + "/record", pipeline.recordText) { (reader) throws(SnapshotError) in
                try scoreboard.read(from: &reader)
            }
        }
    }
}
