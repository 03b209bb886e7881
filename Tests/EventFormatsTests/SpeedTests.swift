import EventFormats
import OnlineLearning
import Testing

@Suite(.serialized) struct SpeedTests {
    /// Ten numbers, a label and an id in about 160 bytes.
    static func records(_ count: Int) -> [[UInt8]] {
        var fuzzer = RecordFuzzer(seed: 1)
        return (0..<count).map { row in
            let fields = (0..<10).map { "\"f\($0)\":\(Double(fuzzer.below(1_000_000)) / 1e6)" }.joined(separator: ",")
            return Array("{\"id\":\(100_000 + row),\(fields),\"y\":\(fuzzer.below(2))}".utf8)
        }
    }

    static let plan = DecoderPlan(
        schema: Schema((0..<10).map { Feature("f\($0)", .numeric) }), task: .binary, labelField: "y", idField: "id")

    /// Nanoseconds for each call of `work`, the best of seven rounds.
    private func cost(_ calls: Int, _ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        let best = (0..<7).map { _ in clock.measure(work) }.min()!
        return Double(best.components.attoseconds) / 1e9 / Double(calls) + Double(best.components.seconds) * 1e9
            / Double(calls)
    }

    /// Prints figures for the reader; fails only where a machine would have to be absurdly slow.
    @Test func costOfDecodingAndWriting() {
        let records = Self.records(2_000)
        let harness = Harness(Self.plan, classes: ["0", "1"])
        let decoder = harness.decoder
        let decoding = cost(50 * records.count) {
            for _ in 0..<50 {
                for record in records { _ = record.withUnsafeBytes { decoder.decode($0, into: harness.event) } }
            }
        }
        let writer = PredictionWriter(modelNames: ["tree"], classes: harness.classes, topic: "electricity")
        let arena = ByteArena(capacity: 1 << 20)
        let shares = (0..<1_000).map { Double($0 * 7919 % 1000 + 1) / 1003 }
        let writing = cost(50 * shares.count) {
            for _ in 0..<50 {
                arena.reset()
                for (row, share) in shares.enumerated() {
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { both in
                        both[0] = share
                        both[1] = 1 - share
                        var prediction = Prediction()
                        prediction.classIndex = Int32(row & 1)
                        prediction.probabilities = UnsafeBufferPointer(both)
                        writer.write(
                            prediction, id: harness.event.id, eventTime: 1_700_000_000_000 + Int64(row), partition: 0,
                            offset: Int64(row), into: arena)
                    }
                }
            }
        }
        let size = records.reduce(0) { $0 + $1.count } / records.count
        print(
            "decode: \(Int(decoding)) ns for \(size) bytes; write: \(Int(writing)) ns for \(arena.count / shares.count) bytes"
        )
        #expect(decoding < 20_000 && writing < 20_000)
    }
}
