/// One living model: made fresh, trained, and one day replaced.
final class Incarnation {
    private let model: any Model
    private let objective: Objective
    private let answered: Cell<ModelAnswer>
    private let lessons = Cell<UInt64>(0)

    /// Which making of the model this is: decides the random numbers it draws.
    let attempt: UInt32
    /// Of a model that learned events again: the first of them. It is what a run is that began there: it has transforms of
    /// its own, counts events from there, draws as a first making does, and labels of events before are not for it.
    let origin: UInt64?
    private let chain: TransformChain?

    init(
        name: String, component: ComponentPlan, objective: Objective, context: ComponentContext, seed: UInt64,
        number: UInt32, attempt: UInt32, origin: UInt64? = nil, chain: TransformChain? = nil
    ) {
        self.attempt = attempt
        self.origin = origin
        self.chain = chain
        self.objective = objective
        var context = context
        let draws = UInt64(origin == nil ? attempt : 0)
        let id = StableHash.of(name) &+ draws &* 0x9e37_79b9_7f4a_7c15
        context.random = CounterRandom(seed: seed, component: id, task: number)
        model = Catalog.makeModel(component, objective.role, context)
        let width = max(objective.width, 1)
        let values = UnsafeMutablePointer<Double>.allocate(capacity: width)
        values.initialize(repeating: 0, count: width)
        answered = Cell(ModelAnswer(values: values))
    }

    /// The last answer, and its losses once it is scored. It belongs to one event and is not state.
    var answer: ModelAnswer { answered.pointer.pointee }
    /// Labelled events it has learned.
    var learned: UInt64 { lessons.pointer.pointee }

    deinit { answer.values.deallocate() }

    /// Answers from what was learned so far; `known` classes can be answered.
    ///
    /// - Parameter example: the row behind its slot's transforms.
    @inline(__always)
    func predict(_ raw: UnsafePointer<Double>, _ example: Example, known: Int) {
        model.answer(
            chain == nil ? example : own(raw, example.sequence, adapts: false), into: answer.values)
        objective.decide(&answered.pointer.pointee, known: known)
    }

    /// Takes up an answer that was given before.
    func recall(_ kept: Answer, _ index: Int) {
        for (place, number) in kept.values(index).enumerated() { answer.values[place] = number }
        answered.pointer.pointee.classIndex = kept.said[index].classIndex
    }

    /// Compares the last answer with the label.
    @inline(__always)
    func score(_ label: Label) { objective.score(&answered.pointer.pointee, label) }

    /// - Parameter adapts: transforms of its own have not met the row yet.
    @inline(__always)
    func learn(_ raw: UnsafePointer<Double>, _ example: Example, _ label: Label, adapts: Bool) {
        guard chain == nil || hasMet(example.sequence) else { return }
        model.learn(chain == nil ? example : own(raw, example.sequence, adapts: adapts), label, weight: 1)
        lessons.pointer.pointee += 1
    }

    func sketch(_ sketch: inout ModelSketch) { model.sketch(&sketch) }

    /// Only transforms of its own learn.
    @inline(__always)
    func meet(_ raw: UnsafePointer<Double>, _ sequence: UInt64) {
        if chain != nil, hasMet(sequence) { _ = own(raw, sequence, adapts: true) }
    }

    /// Learns again what was learned before, in the same order.
    func learn(again entry: WaitingLessons.Entry, _ row: UnsafePointer<Double>) {
        let example = Example(slots: row, count: 0, sequence: entry.sequence)
        if entry.kind == .event { return meet(row, entry.sequence) }
        learn(row, example, entry.label, adapts: entry.kind == .labelledEvent)
    }

    private func hasMet(_ sequence: UInt64) -> Bool { sequence >= origin ?? 0 }

    @inline(never)
    private func own(_ raw: UnsafePointer<Double>, _ sequence: UInt64, adapts: Bool) -> Example {
        let sequence = sequence &- (origin ?? 0)
        return adapts ? chain!.learn(raw, sequence: sequence) : chain!.transform(raw, sequence: sequence)
    }

    var memoryBytes: Int { model.memoryBytes + objective.width * 8 + (chain?.memoryBytes ?? 0) }

    /// A hash of what it and its transforms have learned, 16 hexadecimal digits.
    ///
    /// - Parameter slotChain: where it has none of its own.
    func digest(behind slotChain: TransformChain) -> String {
        var writer = SnapshotWriter()
        writer.write(learned)
        model.write(to: &writer)
        (chain ?? slotChain).write(to: &writer)
        let digits = String(writer.bytes.withUnsafeBytes { StableHash.of($0) }, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// In front of the attempt's number: `origin` follows.
    private static let hasOrigin: UInt32 = 1 << 31

    /// Which making it is, and what it has learned.
    func write(to writer: inout SnapshotWriter) {
        writer.write(origin == nil ? attempt : attempt | Self.hasOrigin)
        if let origin { writer.write(origin) }
        writeLearned(to: &writer)
    }

    /// What it has learned, to be read by one of the same kind.
    func writeLearned(to writer: inout SnapshotWriter) {
        writer.write(learned)
        model.write(to: &writer)
        chain?.write(to: &writer)
    }

    /// Which making `write` wrote.
    static func readMaking(
        from reader: inout SnapshotReader
    ) throws(SnapshotError) -> (attempt: UInt32, origin: UInt64?) {
        let attempt = try reader.read(UInt32.self)
        guard attempt & hasOrigin != 0 else { return (attempt, nil) }
        return (attempt & ~hasOrigin, try reader.read())
    }

    /// What it has learned.
    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        lessons.pointer.pointee = try reader.read()
        try model.read(from: &reader)
        try chain?.read(from: &reader)
    }
}
