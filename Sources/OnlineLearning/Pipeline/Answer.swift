/// Everything a pipeline said of one event, and the row it said it of: a value that can be kept, stored and scored when
/// the label comes (`PipelineInput.label`).
///
/// It holds the slots that entered the transforms, as they were; what every model answered, and which making of it; what
/// the baselines answered; and what was published. Size: 8 bytes per slot, and per model 8 per class and 12.
public struct Answer: Sendable {
    /// The event's number in its task.
    public internal(set) var sequence: UInt64
    /// The index, in the plan's models, of the one that was published.
    public internal(set) var model: Int
    /// Which replacement of it answered.
    public internal(set) var version: UInt32
    var baselines: BaselineAnswers
    /// One per model, then the one in training and what the baselines said in the champion's place, where there were
    /// such.
    var said: [Said]
    /// Width of the row, and of one answer.
    let rowWidth: Int
    let answerWidth: Int
    /// The row, then the answers in the order of `said`.
    var numbers: [Double]

    /// Of nobody: to be filled.
    init(rowWidth: Int, answerWidth: Int) {
        self.rowWidth = rowWidth
        self.answerWidth = answerWidth
        (sequence, model, version, baselines) = (0, 0, 0, BaselineAnswers(prior: .nan, previous: .nan))
        (said, numbers) = ([], [])
    }

    /// Who gave one answer, and its class.
    struct Said: Equatable, Sendable {
        /// The model's index, or -1: the baselines.
        var slot: Int32
        var attempt: UInt32
        var classIndex: Int32
    }

    /// The slots that entered the transforms; missing is NaN.
    public var row: ArraySlice<Double> { numbers[0..<rowWidth] }

    /// The numbers of one answer of `said`.
    func values(_ index: Int) -> ArraySlice<Double> {
        let start = rowWidth + index * answerWidth
        return numbers[start..<start + answerWidth]
    }

    /// Where the baselines' answer stands that was published in the model's place, or nil.
    var standIn: Int? { said.lastIndex { $0.slot < 0 } }

    /// Where the answer of a slot's incarnation stands, or nil: it did not live then.
    func index(of slot: Int, attempt: UInt32) -> Int? {
        said.firstIndex { $0.slot == slot && $0.attempt == attempt }
    }
}

extension Answer: Equatable {
    /// The same to the bit; missing values are equal.
    public static func == (a: Answer, b: Answer) -> Bool {
        a.sequence == b.sequence && a.model == b.model && a.version == b.version
            && a.baselines == b.baselines && a.said == b.said && a.rowWidth == b.rowWidth
            && a.answerWidth == b.answerWidth && a.numbers.map(\.bitPattern) == b.numbers.map(\.bitPattern)
    }
}

extension Answer {
    /// Appends the answer, to be read by `init(from:)`.
    public func write(to writer: inout SnapshotWriter) {
        writer.write(sequence)
        writer.write(UInt32(model))
        writer.write(version)
        writer.write(baselines.prior)
        writer.write(baselines.previous)
        writer.write(UInt32(rowWidth))
        writer.write(UInt32(answerWidth))
        writer.write(UInt32(said.count))
        for entry in said {
            writer.write(entry.slot)
            writer.write(entry.attempt)
            writer.write(entry.classIndex)
        }
        writer.write(numbers)
    }

    /// Reads what `write` wrote; throws where the parts do not fit each other.
    public init(from reader: inout SnapshotReader) throws(SnapshotError) {
        sequence = try reader.read()
        model = Int(try reader.read(UInt32.self))
        version = try reader.read()
        baselines = BaselineAnswers(prior: try reader.readDouble(), previous: try reader.readDouble())
        rowWidth = Int(try reader.read(UInt32.self))
        answerWidth = Int(try reader.read(UInt32.self))
        var said: [Said] = []
        for _ in 0..<(try reader.read(UInt32.self)) {
            said.append(Said(slot: try reader.read(), attempt: try reader.read(), classIndex: try reader.read()))
        }
        self.said = said
        numbers = try reader.readDoubles()
        guard numbers.count == rowWidth + said.count * answerWidth,
            said.allSatisfy({ $0.slot >= -1 && $0.classIndex >= -1 && $0.classIndex < max(answerWidth, 1) })
        else { throw SnapshotError("a stored answer's parts do not fit each other") }
    }
}
