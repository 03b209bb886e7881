public import OnlineLearning
public import Text

/// A part of a task's log that was learned once more.
public struct ReplayResult {
    /// One way to learn it.
    public struct Course {
        /// What an evaluation tells, with offsets of the input for rows: drifts and decisions of the part, and metrics of the whole
        /// stream up to its end.
        public var evaluation: EvaluationResult
        /// Counts at both ends.
        public var before: CourseSample
        /// Counts behind the part.
        public var after: CourseSample
        /// SHA-256 of everything that learns and decides, without the records of what was published.
        public var learned: String
        /// Events and time of the part, reading left out where labels stand in the events.
        public var events: UInt64
        /// Seconds spent on them.
        public var seconds: Double

        /// What was published of the part; nil: the record began anew on the way, by a change of the topology.
        public var published: Tally?
        /// Of every model, in the order of the topology, the same.
        public var models: [(name: String, tally: Tally?)]
    }

    /// Of the input.
    public var partition: Int32
    /// The first offset.
    public var from: Int64
    /// The next offset.
    public var to: Int64
    /// What it began with: a snapshot's transaction and its offset; nil: nothing learned, at the log's beginning.
    public var snapshot: (sequence: UInt64, offset: Int64)?
    /// As it ran.
    public var ran: Course
    /// With another topology, or without some events.
    public var other: Course?
    /// The state is the committed one, bit for bit; nil: nothing is committed at this place, or by another kind of machine.
    public var isAsCommitted: Bool?
}

extension ReplayResult {
    /// The object of `replay --json`.
    public var json: JSON {
        var members: [(String, JSON)] = [
            ("partition", .integer(Int64(partition))), ("from", .integer(from)), ("to", .integer(to)),
            (
                "snapshot",
                snapshot.map { ["number": .unsigned($0.sequence), "offset": .integer($0.offset)] } ?? .null
            ), ("as_committed", isAsCommitted.map(JSON.bool) ?? .null), ("ran", ran.json),
        ]
        if let other {
            members += [("otherwise", other.json), ("learned_the_same", .bool(other.learned == ran.learned))]
        }
        return .object(members)
    }
}

extension ReplayResult.Course {
    fileprivate var json: JSON {
        let isNumber = evaluation.mainMetric == "mae"
        func main(_ tally: Tally?) -> JSON { .optional(tally?.meanLoss.map { isNumber ? $0 : 1 - $0 }) }
        func count(_ value: Double?) -> JSON { value.map { .unsigned(UInt64(max(0, $0))) } ?? .null }
        // What those are of is told here.
        var state = evaluation.json
        if case .object(let members) = state {
            state = .object(members.filter { !["seconds", "events_per_second"].contains($0.key) })
        }
        return [
            "events": .unsigned(events), "labelled": count(published?.labelled),
            evaluation.mainMetric: main(published), "alarms": count(published?.alarms),
            "alarms_right": count(published?.caught), "models": .object(models.map { ($0.name, main($0.tally)) }),
            "seconds": .number(seconds), "learned": .text(learned), "state": state,
        ]
    }
}
