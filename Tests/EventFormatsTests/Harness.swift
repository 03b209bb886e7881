import EventFormats
import OnlineLearning

/// A decoder with its tables, and an event as plain values.
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
    let classes: ClassTable
    let categories: [CategoryTable?]
    let event: DecodedEvent
    private(set) var decoder: any EventDecoder

    init(_ plan: DecoderPlan, classes declared: [String] = [], columns: [String]? = nil, maxClasses: Int = 4) {
        self.plan = plan
        classes = ClassTable(declared: declared, capacity: maxClasses)
        categories = plan.schema.features.map {
            $0.kind == .categorical ? CategoryTable(capacity: $0.maxCategories) : nil
        }
        event = DecodedEvent(width: plan.schema.width)
        decoder =
            if let columns {
                CSVEventDecoder(plan: plan, columns: columns, classes: classes, categories: categories)
            } else {
                JSONEventDecoder(plan: plan, classes: classes, categories: categories)
            }
    }

    func decode(_ bytes: [UInt8]) -> Read { bytes.withUnsafeBytes { decode($0) } }

    func decode(_ bytes: UnsafeRawBufferPointer) -> Read {
        let result = decoder.decode(bytes, into: event)
        guard result == .good else { return Read(result: result) }
        return Read(
            result: .good, slots: (0..<event.width).map { event.slots[$0].isNaN ? ~0 : event.slots[$0].bitPattern },
            label: Int(event.label.classIndex), target: event.label.target.isNaN ? ~0 : event.label.target.bitPattern,
            time: event.time, id: Array(event.id))
    }

    func decode(_ text: String) -> Read { decode(Array(text.utf8)) }

    /// Words of a category table, in order.
    func words(_ slot: Int) -> [String] {
        guard let table = categories[slot] else { return [] }
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
