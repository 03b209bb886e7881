import EventFormats
import OnlineLearning
import Topology

/// Records of the label topic to labels: the same for `run`, its replay and `evaluate`.
///
/// Not thread-safe; no allocation per record.
final class LabelIntake {
    private let plan: LabelTopic
    private let intake: EventIntake
    private let event = Event(width: 0)
    private var unseen: UnseenFields
    private var isWatching = true

    /// The last record's label, the key of its event's id, and its time, or `Int64.min`; valid until the next call.
    var value: LabelValue { event.label }
    private(set) var key = EventKey(high: 0, low: 0)
    var time: Int64 { event.time }
    /// The event's id.
    var id: UnsafeRawBufferPointer { event.id }

    /// - Parameter layout: of the records.
    init(_ plan: LabelTopic, layout: EventLayout, maxValueBytes: Int) {
        self.plan = plan
        intake = EventIntake(layout.decoder(plan.decoder), maxValueBytes: maxValueBytes)
        unseen = UnseenFields(plan.decoder, layout)
    }

    /// Reads a record.
    func take(_ record: RawRecord) -> DecodeResult {
        let result = intake.take(record, into: event)
        guard result == .good else { return result }
        guard event.id.count > 0 else { return .bad(.missingID, field: plan.decoder.idField ?? "") }
        key = EventKey(event.id)
        if isWatching {
            unseen.see(event, record)
            isWatching = unseen.isWatching
        }
        return .good
    }

    /// Fields of labels that never had a value.
    var unseenFields: [UnseenFields.Field] { unseen.fields }
}
