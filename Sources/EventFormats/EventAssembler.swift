import CSimdjson
import OnlineLearning

/// Turns the values that a reader found in a record into numbers, words, label, id and time: the same for every format.
///
/// Not thread-safe; no allocation per event.
final class EventAssembler {
    /// The C reader with the plan's fields added.
    let reader: OpaquePointer
    /// Names of the reader's fields, by index.
    let fieldNames: [String]
    private let values: UnsafePointer<mr_value>
    private let plan: DecoderPlan
    /// One per feature: where its value stands and what it is.
    private let sources: UnsafeMutableBufferPointer<Source>
    private let labelField: Int
    private let idField: Int
    private let timeField: Int
    private let isClassification: Bool
    /// The id of the last event.
    private let id = ByteArena(capacity: 256)
    private let words: WordCells
    private let scalar: Scalar
    /// Values that stand for none, by slot.
    private let sentinels: [Sentinels]

    private struct Source {
        var field: Int32
        /// A number, with no value that stands for none: most features.
        var isPlainNumber: Bool
        var kind: FeatureKind
        var hasSentinels: Bool
    }

    /// - Parameter missing: the format's missing words, where the plan has none.
    init(plan: DecoderPlan, missing: [String]) {
        self.plan = plan
        scalar = Scalar(missing: MissingWords(plan.missing ?? missing), hasDecimalComma: plan.hasDecimalComma)
        sentinels = plan.schema.features.map { Sentinels(plan.sentinels[$0.name] ?? []) }
        let reader = mr_reader_create()!
        var names: [String] = []
        func add(_ name: String?) -> Int {
            guard var name else { return -1 }
            let index = Int(
                name.withUTF8 { text in
                    text.withMemoryRebound(to: CChar.self) { mr_reader_add(reader, $0.baseAddress, $0.count) }
                })
            if index == names.count { names.append(name) }
            return index
        }
        sources = .allocate(capacity: plan.schema.width)
        for (slot, feature) in plan.schema.features.enumerated() {
            let hasSentinels = plan.sentinels[feature.name]?.isEmpty == false
            sources.initializeElement(
                at: slot,
                to: Source(
                    field: Int32(add(feature.name)), isPlainNumber: feature.kind == .numeric && !hasSentinels,
                    kind: feature.kind, hasSentinels: hasSentinels))
        }
        isClassification = plan.task == .binary || plan.task == .multiclass
        labelField = plan.task == .none ? -1 : add(plan.labelField)
        idField = add(plan.idField)
        timeField = add(plan.timeField)
        if names.isEmpty { _ = add("") }
        self.reader = reader
        fieldNames = names
        values = mr_reader_values(reader)
        words = WordCells(count: plan.schema.width + 1)
    }

    deinit {
        sources.deallocate()
        mr_reader_destroy(reader)
    }

    /// Fills `event` from the reader's values.
    func assemble(into event: Event) -> DecodeResult {
        let slots = event.slots
        precondition(event.width == sources.count)
        for slot in 0..<sources.count {
            let source = sources[slot]
            let value = values + Int(source.field)
            if source.isPlainNumber {
                let kind = value.pointee.kind
                if kind == UInt8(MR_NUMBER.rawValue) {
                    slots[slot] = value.pointee.number
                    continue
                }
                if kind == UInt8(MR_TEXT.rawValue) {
                    let read = mr_parse_number(value.pointee.text, Int(value.pointee.length), slots + slot)
                    if read == MR_NUMBER.rawValue { continue }
                }
            }
            if let fault = read(value, slot, source, into: event) { return bad(fault, Int(source.field)) }
        }
        if let fault = label(event) { return bad(fault, labelField) }
        if let fault = readID() { return bad(fault, idField) }
        if let fault = time(event) { return bad(fault, timeField) }
        event.id = id.bytes
        return .good
    }

    /// The value of a feature, where it is no plain number.
    @inline(never)
    private func read(_ value: UnsafePointer<mr_value>, _ slot: Int, _ source: Source, into event: Event) -> BadInput? {
        event.slots[slot] = .nan
        event.words[slot] = nil
        if source.hasSentinels, sentinels[slot].contains(value.pointee, scalar) { return nil }
        switch source.kind {
        case .numeric: return scalar.number(value.pointee, into: &event.slots[slot])
        case .boolean: return scalar.boolean(value.pointee, into: &event.slots[slot])
        case .categorical:
            return scalar.isMissing(value.pointee)
                ? nil : words.category(value, cell: slot, into: &event.words[slot])
        }
    }

    @inline(never)
    func bad(_ fault: BadInput, _ field: Int) -> DecodeResult {
        .bad(fault, field: field >= 0 ? fieldNames[field] : "")
    }

    private func label(_ event: Event) -> BadInput? {
        event.label = .none
        guard labelField >= 0 else { return nil }
        let value = values + labelField
        if isClassification {
            if scalar.isMissing(value.pointee) { return nil }
            var word: UnsafeRawBufferPointer?
            if let fault = words.classText(value, cell: sources.count, into: &word) { return fault }
            if let word { event.label = .word(word) }
        } else {
            var target = Double.nan
            if let fault = scalar.number(value.pointee, into: &target) { return fault }
            if target == target { event.label = .number(target) }
        }
        return nil
    }

    /// An id goes into the prediction, where a control character takes six bytes: a larger one would make a record that
    /// no broker takes.
    static let maxIDBytes = 64 << 10

    private func readID() -> BadInput? {
        id.reset()
        guard idField >= 0 else { return nil }
        let value = values[idField]
        if scalar.isMissing(value) { return nil }
        switch mr_kind(UInt32(value.kind)) {
        case MR_ABSENT, MR_NULL: return nil
        case MR_STRING, MR_TEXT, MR_NUMBER, MR_OVERFLOW:
            guard value.length <= Self.maxIDBytes else { return .tooLarge }
            id.append(value.bytes)
            return nil
        default: return .wrongType
        }
    }

    private func time(_ event: Event) -> BadInput? {
        event.time = .min
        guard timeField >= 0 else { return nil }
        let value = values[timeField]
        let kind = mr_kind(UInt32(value.kind))
        if kind == MR_ABSENT || kind == MR_NULL || scalar.isMissing(value) { return nil }
        switch plan.timeFormat {
        case .unixMilliseconds, .unix:
            var number = value.number
            if kind == MR_STRING || kind == MR_TEXT {
                if let fault = scalar.number(value, into: &number) { return fault }
            } else if kind != MR_NUMBER {
                return kind == MR_OVERFLOW ? .numberOverflow : .wrongType
            }
            if plan.timeFormat == .unix { number = (number * 1000).rounded() }
            guard abs(number) < 9.2e18 else { return .wrongType }
            event.time = Int64(number)
            return nil
        case .iso8601:
            guard kind == MR_STRING || kind == MR_TEXT, let time = TimeText.iso8601(value.bytes) else {
                return .wrongType
            }
            event.time = time
            return nil
        case .pattern(let pattern):
            guard kind == MR_STRING || kind == MR_TEXT || kind == MR_NUMBER else { return .wrongType }
            let time = mr_parse_time(value.text, Int(value.length), pattern)
            if time == .min { return .wrongType }
            event.time = time
            return nil
        }
    }
}

extension mr_value {
    /// The text, as it stands in the record or in the reader's scratch space.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: text, count: Int(length)) }
}
