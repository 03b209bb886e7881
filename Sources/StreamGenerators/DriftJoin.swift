public import OnlineLearning
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where one concept gives way to the next (MOA's ConceptDriftStream).
public enum DriftCurve {
    /// The probability that event `row`, counted from 1, is of the new concept: 1 / (1 + exp(−4 (row − position) /
    /// width)). A width of 0 is a step: rows above `position` are new.
    public static func probability(row: Int, position: Int, width: Double) -> Double {
        guard width > 0 else { return row > position ? 1 : 0 }
        return 1 / (1 + exp(-4 * Double(row - position) / width))
    }
}

/// Two streams of the same schema, the second taking over around a position: a coin per event decides.
///
/// Each side counts only its own events. Nested joins give several drifts: `DriftJoin.chain` builds them.
public struct DriftJoin: EventStream {
    private var before: any EventStream
    private var after: any EventStream
    private let position: Int
    private let width: Double
    private var random: StreamRandom
    private var row = 0
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start

    /// The features of both sides.
    public var schema: Schema { before.schema }
    /// What both sides predict.
    public var task: TaskType { before.task }
    /// Spellings by class index.
    public var classes: [String] { before.classes }
    /// Words of the categorical slots, by index.
    public var words: [[String]] { before.words }
    /// The label's field.
    public var labelName: String { before.labelName }

    /// - Parameters:
    ///   - position: events before the middle of the change.
    ///   - width: events that the change takes; 0: none.
    public init(_ before: any EventStream, _ after: any EventStream, position: Int, width: Double = 0, seed: UInt64 = 1)
    {
        precondition(before.schema == after.schema && before.classes == after.classes, "one schema on both sides")
        self.before = before
        self.after = after
        self.position = position
        self.width = width
        random = StreamRandom(seed: seed, part: 0x6a6f_696e)
    }

    /// Streams that follow one another at rising positions, counted from the first event.
    public static func chain(
        _ streams: [any EventStream], positions: [Int], width: Double = 0, seed: UInt64 = 1
    ) -> any EventStream {
        precondition(streams.count == positions.count + 1, "one position between two streams")
        var joined = streams[positions.count]
        for index in positions.indices.reversed() {
            let start = index == 0 ? 0 : positions[index - 1]
            joined = DriftJoin(
                streams[index], joined, position: positions[index] - start, width: width, seed: seed &+ UInt64(index))
        }
        return joined
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        let isNew = random.happens(DriftCurve.probability(row: row, position: position, width: width))
        return isNew ? after.next(into: slots) : before.next(into: slots)
    }
}
