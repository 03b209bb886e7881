/// One living model: made fresh, trained, and one day replaced.
final class Incarnation {
    private let model: any Model
    private let objective: Objective
    private let answered: Cell<ModelAnswer>
    private let lessons = Cell<UInt64>(0)

    /// Which making of the model this is: decides the random numbers it draws.
    let attempt: UInt32

    init(
        name: String, component: ComponentPlan, objective: Objective, context: ComponentContext, seed: UInt64,
        number: UInt32, attempt: UInt32
    ) {
        self.attempt = attempt
        self.objective = objective
        var context = context
        let id = StableHash.of(name) &+ UInt64(attempt) &* 0x9e37_79b9_7f4a_7c15
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
    @inline(__always)
    func predict(_ example: Example, known: Int) {
        model.answer(example, into: answer.values)
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

    @inline(__always)
    func learn(_ example: Example, _ label: Label) {
        model.learn(example, label, weight: 1)
        lessons.pointer.pointee += 1
    }

    func sketch(_ sketch: inout ModelSketch) { model.sketch(&sketch) }

    var memoryBytes: Int { model.memoryBytes + objective.width * 8 }

    func write(to writer: inout SnapshotWriter) {
        writer.write(learned)
        model.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        lessons.pointer.pointee = try reader.read()
        try model.read(from: &reader)
    }
}
