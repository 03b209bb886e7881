import EventFormats
@testable import OnlineLearning

/// A decoder with a pipeline's tables behind it, and an event as plain values.
final class Harness {
    struct Read: Equatable {
        var result: DecodeResult
        /// Bit patterns, so that NaN equals NaN and -0.0 is not 0.0.
        var slots: [UInt64] = []
        var label = -1
        var target: UInt64 = 0
        var time = Int64.min
        var id: [UInt8] = []
    }

    let plan: DecoderPlan
    let vocabulary: Vocabulary
    var classes: ClassTable { vocabulary.classes }
    let event: Event
    private(set) var decoder: any EventDecoder

    init(_ plan: DecoderPlan, classes declared: [String] = [], columns: [String]? = nil, maxClasses: Int = 4) {
        self.plan = plan
        vocabulary = Vocabulary(schema: plan.schema, task: plan.task, declared: declared, maxClasses: maxClasses)
        event = Event(width: plan.schema.width)
        decoder =
            if let columns {
                CSVEventDecoder(plan: plan, columns: columns)
            } else {
                JSONEventDecoder(plan: plan)
            }
    }

    func decode(_ bytes: [UInt8]) -> Read { bytes.withUnsafeBytes { decode($0) } }

    func decode(_ bytes: UnsafeRawBufferPointer) -> Read {
        let result = decoder.decode(bytes, into: event)
        guard result == .good else { return Read(result: result) }
        let label: Label
        switch vocabulary.read(event.label) {
        case .success(let read): label = read
        case .failure(let refusal):
            return Read(result: .bad(BadInput(refusal), field: plan.labelField ?? ""))
        }
        vocabulary.intern(event)
        vocabulary.add(event.label, read: label)
        return Read(
            result: .good, slots: (0..<event.width).map { event.slots[$0].isNaN ? ~0 : event.slots[$0].bitPattern },
            label: Int(label.classIndex), target: label.target.isNaN ? ~0 : label.target.bitPattern,
            time: event.time, id: Array(event.id))
    }

    func decode(_ text: String) -> Read { decode(Array(text.utf8)) }

    /// Words of a category table, in order.
    func words(_ slot: Int) -> [String] {
        guard let table = vocabulary.categories[slot] else { return [] }
        return (0..<table.count).map { table.word($0)! }
    }
}

extension DecoderPlan {
    /// One feature of each kind, and every other field.
    static func sample(task: TaskType = .binary, time: TimeFormat = .unixMilliseconds) -> DecoderPlan {
        DecoderPlan(
            schema: Schema([
                Feature("x", .numeric), Feature("b", .boolean), Feature("c", .categorical, maxCategories: 3),
            ]),
            task: task, labelField: "y", idField: "id", timeField: "ts", timeFormat: time)
    }
}
