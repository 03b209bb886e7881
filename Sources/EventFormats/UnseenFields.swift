public import OnlineLearning
import Text

/// Watches which fields of a plan never had a value: most often they are misspelt.
///
/// Cost: a few instructions per unseen field, and the first 100 records are read a second time; once every field was seen
/// there is nothing to look at. Not thread-safe.
public struct UnseenFields {
    /// A field without a value.
    public struct Field: Sendable, Hashable {
        /// `feature`, `label`, `id` or `time`.
        public let role: String
        /// Its name.
        public let name: String
        /// A field of the records that was probably meant, or nil.
        public let meant: String?

        /// A field and what was probably meant.
        public init(role: String, name: String, meant: String?) {
            self.role = role
            self.name = name
            self.meant = meant
        }
    }

    private let plan: DecoderPlan
    private let layout: EventLayout
    private var slots: [Int]
    private var lacksLabel: Bool
    private var lacksID: Bool
    private var lacksTime: Bool
    private var names: Set<String> = []
    private var sampled = 0
    private var hasEvents = false

    /// Some field has had no value so far.
    public var isWatching: Bool { !slots.isEmpty || lacksLabel || lacksID || lacksTime }

    private static let sample = 100

    /// Watches the fields of a plan.
    public init(_ plan: DecoderPlan, _ layout: EventLayout) {
        self.plan = plan
        self.layout = layout
        slots = Array(plan.schema.features.indices)
        lacksLabel = plan.task != .none && plan.labelField != nil
        lacksID = plan.idField != nil
        lacksTime = plan.timeField != nil
    }

    /// Looks at a decoded event, before the pipeline takes it.
    public mutating func see(_ event: Event, _ record: RawRecord) {
        hasEvents = true
        slots.removeAll { !event.slots[$0].isNaN || event.words[$0] != nil }
        if case .none = event.label {} else { lacksLabel = false }
        if event.id.count > 0 { lacksID = false }
        if event.time != .min { lacksTime = false }
        guard sampled < Self.sample, let bytes = record.value else { return }
        sampled += 1
        names.formUnion(layout.fieldNames(bytes))
    }

    /// The fields that have had no value so far; empty before the first event.
    public var fields: [Field] {
        guard hasEvents else { return [] }
        let others = [
            (lacksLabel, "label", plan.labelField), (lacksID, "id", plan.idField), (lacksTime, "time", plan.timeField),
        ].compactMap { isUnseen, role, name in isUnseen ? name.map { (role, $0) } : nil }
        let free = names.subtracting(plan.fieldNames).sorted()
        return (slots.map { ("feature", plan.schema.features[$0].name) } + others).map { role, name in
            Field(role: role, name: name, meant: names.contains(name) ? nil : Self.meant(by: name, in: free))
        }
    }

    /// The same field at another path, or a name that is spelled alike.
    private static func meant(by name: String, in free: [String]) -> String? {
        func last(_ path: String) -> Substring { path.split(separator: ".").last ?? Substring(path) }
        return free.first { last($0) == last(name) } ?? Suggestion.nearest(to: name, in: free)
    }
}

extension UnseenFields.Field {
    /// `the feature 'amuont' had no value in 20 events (did you mean 'amount'?)`
    public func remark(events: Int) -> String {
        let hint = meant.map { " (did you mean '\($0)'?)" } ?? ""
        return "the \(role) '\(name)' had no value in \(events) \(events == 1 ? "event" : "events")\(hint)"
    }
}

extension EventLayout {
    /// Names of a record's fields, those within objects by their path. Empty where it cannot be read.
    fileprivate func fieldNames(_ bytes: UnsafeRawBufferPointer) -> [String] {
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
    private static let maxNames = 4096

    fileprivate func addNames(_ prefix: String, _ names: inout [String]) {
        guard case .object(let members) = self else { return }
        for member in members where names.count < Self.maxNames {
            names.append(prefix + member.key)
            member.value.addNames("\(prefix)\(member.key).", &names)
        }
    }
}
