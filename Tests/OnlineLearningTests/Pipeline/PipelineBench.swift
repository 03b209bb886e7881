import OnlineLearning

/// A small stream with a concept that turns round, and helpers to run pipelines over it.
struct Row {
    var slots: [Double]
    var label: Label
}

enum ToyStream {
    static let schema = Schema([
        Feature("a", .numeric), Feature("b", .numeric), Feature("c", .boolean),
        Feature("d", .categorical, maxCategories: 4),
    ])

    /// Class 1 where a + b > 1 before `turn`, where a + b <= 1 after it; 5 % of the labels are noise. Every
    /// `unlabelled`th event has no label.
    static func binary(count: Int, turn: Int, seed: UInt64 = 1, unlabelled: Int = 0) -> [Row] {
        var random = SplitMix(state: seed)
        return (0..<count).map { index in
            let (a, b) = (random.uniform(), random.uniform())
            let above = (a + b > 1) != (index >= turn)
            let noisy = random.uniform() < 0.05
            let slots = [a, b, random.uniform() < 0.5 ? 1 : 0, Double(random.bits() % 4)]
            let known = unlabelled == 0 || index % unlabelled != 0
            return Row(slots: slots, label: known ? Label(classIndex: above != noisy ? 1 : 0) : .none)
        }
    }

    /// y = 3a - b before `turn`, b - 3a after it, and a little noise.
    static func regression(count: Int, turn: Int, seed: UInt64 = 1) -> [Row] {
        var random = SplitMix(state: seed)
        return (0..<count).map { index in
            let (a, b) = (random.uniform(), random.uniform())
            let target = (index < turn ? 3 * a - b : b - 3 * a) + 0.1 * (random.uniform() - 0.5)
            return Row(slots: [a, b, 0, 0], label: Label(target: target))
        }
    }
}

func component(_ name: String, _ role: ComponentRole, _ given: [String: ParameterValue] = [:]) -> ComponentPlan {
    ComponentPlan(name, ParameterValues(Catalog.find(name, role)!, given))
}

func toyPlan(
    task: TaskType = .binary, models: [String] = ["gaussian_nb"], transforms: [String] = ["standardize"],
    detector: ComponentPlan = component("adwin", .detector), signal: DriftSignal = .error, action: ComponentPlan? = nil,
    select: SelectionMode = .never, schema: Schema = ToyStream.schema
) -> PipelinePlan {
    let role = task == .regression ? ComponentRole.regressor : .classifier
    return PipelinePlan(
        schema: schema, task: task, classes: task == .binary ? ["0", "1"] : [],
        transforms: transforms.map { component($0, .transformer) },
        models: models.map { ModelPlan(name: $0, component: component($0, role)) },
        drift: action.map { [DriftPlan(detector: detector, signal: signal, action: $0)] } ?? [], select: select,
        window: 500)
}

/// What one input brought about, as a value that `#expect` can hold.
struct Outcome {
    var prediction: Prediction?
    var answer: Answer?
    var refusal: PipelineRefusal?
    var notices: [Notice]
}

extension Pipeline {
    func outcome(_ input: PipelineInput) -> Outcome {
        let output = step(input)
        return Outcome(
            prediction: output.prediction, answer: output.answer, refusal: output.refusal, notices: output.notices)
    }

    @discardableResult
    func feed(_ rows: some Sequence<Row>) -> [Notice] {
        var all: [Notice] = []
        let event = Event(width: plan.schema.width)
        for row in rows {
            event.fill(row.slots, row.label)
            all += step(.event(event)).notices
        }
        return all
    }

    func take(_ slots: [Double], _ label: Label = .none, keeping: Bool = false) -> Outcome {
        let event = Event(width: plan.schema.width)
        event.fill(slots, label)
        return outcome(.event(event, keeping: keeping))
    }

    func process(slots: [Double], label: Label) -> Prediction { take(slots, label).prediction! }

    /// The same with a class that may be new.
    func process(slots: [Double], class name: String) -> Prediction {
        let event = Event(width: plan.schema.width)
        event.fill(slots, .none)
        return Array(name.utf8).withUnsafeBytes {
            event.label = .word($0)
            return step(.event(event)).prediction!
        }
    }

    var bytes: [UInt8] {
        var writer = SnapshotWriter()
        write(to: &writer)
        return writer.bytes
    }

    static func restored(_ plan: PipelinePlan, _ bytes: [UInt8]) throws -> Pipeline {
        let pipeline = Pipeline(plan: plan)
        var reader = SnapshotReader(bytes)
        try pipeline.read(from: &reader)
        return pipeline
    }

    func value(_ name: String) -> Double? { report().cumulative.first { $0.name == name }!.value }
}

extension Event {
    func fill(_ values: [Double], _ label: Label) {
        for (slot, value) in values.enumerated() { slots[slot] = value }
        self.label = label.value
    }
}

extension Label {
    var value: LabelValue { classIndex >= 0 ? .index(classIndex) : isKnown ? .number(target) : .none }
}

extension [Notice] {
    var drifts: [DriftNotice] { compactMap { if case .drift(let notice) = $0 { notice } else { nil } } }
    var decisions: [DecisionNotice] { compactMap { if case .decision(let notice) = $0 { notice } else { nil } } }
}
