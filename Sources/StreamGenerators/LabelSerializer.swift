import OnlineLearning
public import Text

/// Writes the labels of a stream's events as records of their own, each some time after its event and in the order of
/// those times.
///
/// Fields: `id` (the event's row, from 0), `ts` (when the label is known, milliseconds since 1970) and the label under the
/// stream's `labelName`. The delay of a row is drawn from the seed and the row alone. Memory: the labels that wait.
public struct LabelSerializer: Sendable {
    private struct Waiting {
        var time: Int64
        var row: Int
        var label: Label
    }

    private var stream: any EventStream
    private let format: EventFormat
    private let delay: ClosedRange<Int64>
    private let random: CounterRandom
    private let count: Int
    private let labelName: String
    private let classes: [String]
    private var slots: [Double]
    private var read = 0
    /// A heap, the earliest first.
    private var waiting: [Waiting] = []

    /// - Parameters:
    ///   - stream: as it was given to the events' serializer.
    ///   - delay: in milliseconds.
    ///   - count: how many events have labels.
    public init(_ stream: any EventStream, format: EventFormat, delay: ClosedRange<Int64>, seed: UInt64, count: Int) {
        self.stream = stream
        self.format = format
        self.delay = delay
        self.count = count
        random = CounterRandom(seed: seed, component: StableHash.of("label delay"), task: 0)
        labelName = format == .json ? JSONText.quoted(stream.labelName) : stream.labelName
        classes = stream.classes.map { Double($0) == nil && format == .json ? JSONText.quoted($0) : $0 }
        slots = [Double](repeating: .nan, count: stream.schema.width)
    }

    /// The first line of a CSV file, without a line end; nothing for JSON.
    public func header() -> String { format == .csv ? "id,ts,\(labelName)" : "" }

    /// Adds the next label to `bytes`, without a line end, and gives its event's row and its time; nil: there is none.
    ///
    /// - Parameter time: only a label that is known by then.
    public mutating func writeNext(into bytes: inout [UInt8], upTo time: Int64 = .max) -> (row: Int, time: Int64)? {
        // No later event's label comes before the first one that waits.
        while read < count, waiting.first.map({ $0.time > stream.time + delay.lowerBound }) ?? true { readEvent() }
        guard let first = waiting.first, first.time <= time else { return nil }
        waiting[0] = waiting[waiting.count - 1]
        waiting.removeLast()
        sink()
        let value =
            first.label.classIndex >= 0
            ? classes[Int(first.label.classIndex)] : NumberText.shortest(first.label.target)
        let text =
            format == .json
            ? "{\"id\":\(first.row),\"ts\":\(first.time),\(labelName):\(value)}" : "\(first.row),\(first.time),\(value)"
        bytes.append(contentsOf: text.utf8)
        return (first.row, first.time)
    }

    private mutating func readEvent() {
        let label = slots.withUnsafeMutableBufferPointer { stream.next(into: $0.baseAddress!) }
        let row = read
        read += 1
        guard label.isKnown else { return }
        let span = UInt64(delay.upperBound - delay.lowerBound) + 1
        let wait = delay.lowerBound + Int64(random.bits(event: UInt64(row), draw: 0) % span)
        waiting.append(Waiting(time: stream.time + wait, row: row, label: label))
        var place = waiting.count - 1
        while place > 0, Self.isBefore(waiting[place], waiting[(place - 1) / 2]) {
            waiting.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < waiting.count && Self.isBefore(waiting[child], waiting[least]) { least = child }
            if least == place { return }
            waiting.swapAt(place, least)
            place = least
        }
    }

    private static func isBefore(_ a: Waiting, _ b: Waiting) -> Bool { (a.time, a.row) < (b.time, b.row) }
}
