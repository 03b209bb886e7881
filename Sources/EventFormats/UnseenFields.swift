public import OnlineLearning
import Text

/// Watches which fields of a plan never had a value: most often they are misspelt.
///
/// Cost: nothing once every field was seen; until then a few instructions per unseen field. Not thread-safe.
public struct UnseenFields {
    private let plan: DecoderPlan
    private var slots: [Int]
    private var lacksLabel: Bool
    private var lacksID: Bool
    private var lacksTime: Bool
    private var names: Set<String> = []
    private var sampled = 0
    /// Events looked at.
    public private(set) var events = 0

    /// Watches the fields of a plan.
    public init(_ plan: DecoderPlan) {
        self.plan = plan
        slots = Array(plan.schema.features.indices)
        lacksLabel = plan.task != .none && plan.labelField != nil
        lacksID = plan.idField != nil
        lacksTime = plan.timeField != nil
    }

    /// Looks at a decoded event, before the pipeline takes it.
    @inline(__always)
    public mutating func see(_ event: Event, _ record: RawRecord, _ layout: EventLayout) {
        events += 1
        if !slots.isEmpty || lacksLabel || lacksID || lacksTime { look(event, record, layout) }
    }

    @inline(never)
    private mutating func look(_ event: Event, _ record: RawRecord, _ layout: EventLayout) {
        slots.removeAll { !event.slots[$0].isNaN || event.words[$0] != nil }
        switch event.label {
        case .none: break
        default: lacksLabel = false
        }
        if event.id.count > 0 { lacksID = false }
        if event.time != .min { lacksTime = false }
        guard sampled < 100, let bytes = record.value else { return }
        sampled += 1
        names.formUnion(layout.fieldNames(bytes))
    }

    /// A sentence for each field without a value, with the field that was probably meant.
    public var remarks: [String] {
        guard events > 0 else { return [] }
        let features = slots.map { ("feature", plan.schema.features[$0].name) }
        let others = [
            (lacksLabel, "label", plan.labelField), (lacksID, "id", plan.idField), (lacksTime, "time", plan.timeField),
        ].compactMap { isUnseen, what, name in isUnseen ? name.map { (what, $0) } : nil }
        let wanted = Set(
            plan.schema.features.map(\.name) + [plan.labelField, plan.idField, plan.timeField].compactMap { $0 })
        return (features + others).map { what, name in
            let last = name.split(separator: ".").last.map(String.init) ?? name
            let free = names.subtracting(wanted).sorted()
            let near =
                free.first { $0.split(separator: ".").last.map(String.init) == last }
                ?? Suggestion.nearest(to: name, in: free)
            let hint = names.contains(name) ? "" : near.map { " (did you mean '\($0)'?)" } ?? ""
            return "the \(what) '\(name)' had no value in \(events) events\(hint)"
        }
    }
}

extension EventLayout {
    /// Names of a record's fields, those within objects by their path. Empty where it cannot be read.
    func fieldNames(_ bytes: UnsafeRawBufferPointer) -> [String] {
        switch format {
        case .csv: return columns
        case .json:
            guard let value = try? JSON(reading: bytes) else { return [] }
            var names: [String] = []
            value.addNames("", &names)
            return names
        }
    }
}

extension JSON {
    fileprivate func addNames(_ prefix: String, _ names: inout [String]) {
        guard case .object(let members) = self, names.count < 4096 else { return }
        for member in members {
            if case .object = member.value {
                member.value.addNames("\(prefix)\(member.key).", &names)
            } else {
                names.append(prefix + member.key)
            }
        }
    }
}
