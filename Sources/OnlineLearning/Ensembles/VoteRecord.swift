/// How often a voter was right of late: each event counts a hundredth less than the one after it.
struct VoteRecord: BitwiseCopyable {
    private static let memory = 0.99
    private var right = 0.0
    private var all = 0.0

    /// The voter's say: odds that its next answer is right, squared, so that one that errs half as often has four times
    /// the say.
    var voice: Double {
        let odds = (right + 1) / (all - right + 1)
        return odds * odds
    }

    mutating func take(isRight: Bool) {
        right = right * Self.memory + (isRight ? 1 : 0)
        all = all * Self.memory + 1
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(right)
        writer.write(all)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        right = try reader.readDouble()
        all = try reader.readDouble()
        guard right >= 0, right <= all, all <= 1e3 else {
            throw SnapshotError("the snapshot's voter was right too often")
        }
    }
}
