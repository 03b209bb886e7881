/// An `Answer` in a row of one size per topology, as a `LabelJoin` keeps it.
///
/// Layout: sequence, model, version, the baselines' two answers, the count of answers; 12 bytes per answer; then the
/// numbers. There is room for every model, one in training and one that the baselines gave in the champion's place.
struct AnswerRow {
    /// Bytes of a row.
    let bytes: Int
    private let rowWidth: Int
    private let answerWidth: Int
    private let most: Int
    private static let head = 40
    private static let perAnswer = 12

    init(models: Int, rowWidth: Int, answerWidth: Int) {
        self.rowWidth = rowWidth
        self.answerWidth = answerWidth
        most = models + 2
        bytes = (Self.head + most * Self.perAnswer + 7) / 8 * 8 + (rowWidth + most * answerWidth) * 8
    }

    private var numbersStart: Int { (Self.head + most * Self.perAnswer + 7) / 8 * 8 }

    func store(_ answer: Answer, at row: UnsafeMutableRawPointer) {
        // Rows are part of the state: nothing of a former one may stay.
        row.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        row.storeBytes(of: answer.sequence, as: UInt64.self)
        row.storeBytes(of: UInt32(answer.model), toByteOffset: 8, as: UInt32.self)
        row.storeBytes(of: answer.version, toByteOffset: 12, as: UInt32.self)
        row.storeBytes(of: answer.baselines.prior, toByteOffset: 16, as: Double.self)
        row.storeBytes(of: answer.baselines.previous, toByteOffset: 24, as: Double.self)
        row.storeBytes(of: UInt32(answer.said.count), toByteOffset: 32, as: UInt32.self)
        var place = Self.head
        for said in answer.said {
            row.storeBytes(of: said.slot, toByteOffset: place, as: Int32.self)
            row.storeBytes(of: said.attempt, toByteOffset: place + 4, as: UInt32.self)
            row.storeBytes(of: said.classIndex, toByteOffset: place + 8, as: Int32.self)
            place += Self.perAnswer
        }
        answer.numbers.withUnsafeBytes { numbers in
            guard let base = numbers.baseAddress else { return }
            (row + numbersStart).copyMemory(from: base, byteCount: numbers.count)
        }
    }

    /// An answer to be filled by `load`.
    var empty: Answer { Answer(rowWidth: rowWidth, answerWidth: answerWidth) }

    /// Counts that do not fit are cut: what is left fits no pipeline, and is refused there. Allocates only where the
    /// answer's memory is held elsewhere too.
    func load(_ row: UnsafeRawPointer, into answer: inout Answer) {
        let count = min(Int(row.load(fromByteOffset: 32, as: UInt32.self)), most)
        answer.said.removeAll(keepingCapacity: true)
        for index in 0..<count {
            let place = row + Self.head + index * Self.perAnswer
            answer.said.append(
                Answer.Said(
                    slot: place.loadUnaligned(as: Int32.self),
                    attempt: place.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                    classIndex: place.loadUnaligned(fromByteOffset: 8, as: Int32.self)))
        }
        let numbers = UnsafeRawBufferPointer(
            start: row + numbersStart, count: (rowWidth + count * answerWidth) * 8)
        answer.sequence = row.load(as: UInt64.self)
        answer.model = Int(row.load(fromByteOffset: 8, as: UInt32.self))
        answer.version = row.load(fromByteOffset: 12, as: UInt32.self)
        answer.baselines = BaselineAnswers(
            prior: row.load(fromByteOffset: 16, as: Double.self),
            previous: row.load(fromByteOffset: 24, as: Double.self))
        answer.numbers.removeAll(keepingCapacity: true)
        answer.numbers.append(contentsOf: numbers.bindMemory(to: Double.self))
    }
}
