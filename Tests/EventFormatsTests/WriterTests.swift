import EventFormats
import OnlineLearning
import Testing

@Suite struct WriterTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func record(
        _ prediction: Prediction, probabilities: [Double] = [], classes: [String] = ["no", "yes"], id: [UInt8] = [],
        key: [UInt8] = [], time: Int64 = .min
    ) -> String {
        let writer = PredictionWriter(
            modelNames: ["tree", "a\"b"], classes: ClassTable(declared: classes, capacity: 2), topic: "in")
        let arena = ByteArena(capacity: 64)
        probabilities.withUnsafeBufferPointer { shares in
            id.withUnsafeBytes { id in
                key.withUnsafeBytes { key in
                    var prediction = prediction
                    prediction.probabilities = shares
                    writer.write(prediction, id: id, key: key, eventTime: time, partition: 3, offset: 42, into: arena)
                }
            }
        }
        return String(decoding: arena.bytes, as: UTF8.self)
    }

    @Test func classification() {
        var prediction = Prediction()
        prediction.classIndex = 1
        prediction.drift = .drift
        let text = record(prediction, probabilities: [0.25, 0.75], id: bytes("a\n"), time: 1_700_000_000_000)
        #expect(
            text
                == #"{"id":"a\n","prediction":"yes","probabilities":{"no":0.25,"yes":0.75},"model":"tree","version":1,"#
                + #""event_time":1700000000000,"source":"in-3-42","drift":"drift"}"#)
    }

    @Test func classesAsSpelled() {
        var prediction = Prediction()
        prediction.classIndex = 1
        #expect(record(prediction, classes: ["0", "1"]).contains(#""prediction":1,"#))
        #expect(record(prediction, classes: ["false", "true"]).contains(#""prediction":true,"#))
        #expect(record(prediction, classes: ["a", "-1.50e3"]).contains(#""prediction":-1.50e3,"#))
        for odd in ["01", "+1", "NaN", "1.", ".5", "", "0x1", "1e", "-"] {
            #expect(record(prediction, classes: ["a", odd]).contains("\"prediction\":\"\(odd)\","), "\(odd)")
        }
        #expect(record(prediction, probabilities: [0, 1], classes: ["0", "1"]).contains(#"{"0":0,"1":1}"#))
    }

    @Test func regressionAndDefaults() {
        var prediction = Prediction()
        prediction.value = 0.1 + 0.2
        prediction.model = 1
        prediction.version = 7
        prediction.drift = .warning
        #expect(
            record(prediction, key: [0x6b, 0xff])
                == "{\"id\":\"k\u{FFFD}\",\"prediction\":0.30000000000000004,\"model\":\"a\\\"b\",\"version\":7,"
                + "\"source\":\"in-3-42\",\"drift\":\"warning\"}")
        #expect(record(Prediction()).hasPrefix(#"{"id":"in-3-42","model""#))
    }

    @Test func classesThatAreDiscoveredLater() {
        let classes = ClassTable(declared: [], capacity: 2)
        let writer = PredictionWriter(modelNames: ["m"], classes: classes, topic: "t")
        let arena = ByteArena()
        var prediction = Prediction()
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        for (index, name) in ["up", "down"].enumerated() {
            _ = bytes(name).withUnsafeBytes { classes.classIndex(canonical: $0) }
            prediction.classIndex = Int32(index)
            arena.reset()
            writer.write(prediction, id: none, eventTime: 0, partition: 0, offset: 0, into: arena)
            #expect(String(decoding: arena.bytes, as: UTF8.self).contains("\"prediction\":\"\(name)\""))
        }
    }

    /// Every escape and every broken sequence comes back as what Swift's own repair makes of it.
    @Test func anyBytesBecomeValidText() {
        var fuzzer = RecordFuzzer(seed: 8)
        let arena = ByteArena(capacity: 64)
        let decoder = Harness(DecoderPlan(schema: Schema([]), task: .none, idField: "id"))
        for round in 0..<20_000 {
            let length = fuzzer.below(24)
            let noise = (0..<length).map { _ in
                round % 2 == 0
                    ? UInt8(fuzzer.below(256))
                    : [0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x41][fuzzer.below(10)]
            }
            arena.reset()
            arena.append("{\"id\":")
            noise.withUnsafeBytes { arena.append(quoted: $0) }
            arena.append(0x7d)
            let read = decoder.decode(arena.bytes)
            #expect(read.result == .good)
            let isBlank = noise.allSatisfy { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
            #expect(read.id == (isBlank ? [] : Array(String(decoding: noise, as: UTF8.self).utf8)))
        }
    }

    @Test func numbersReadBackTheSame() {
        var fuzzer = RecordFuzzer(seed: 3)
        let arena = ByteArena(capacity: 64)
        for round in 0..<50_000 {
            let value = round % 2 == 0 ? Double(bitPattern: fuzzer.bits()) : Double(fuzzer.below(10_000)) / 100
            guard value.isFinite else { continue }
            arena.reset()
            arena.append(number: value)
            #expect(Double(String(decoding: arena.bytes, as: UTF8.self))?.bitPattern == value.bitPattern)
        }
        for integer in [0, 1, -1, 9, 10, 99, 100, .max, .min, 999_999_999_999_999_999, 1_000_000_000_000_000_000]
            as [Int64]
        {
            arena.reset()
            arena.append(integer: integer)
            #expect(String(decoding: arena.bytes, as: UTF8.self) == "\(integer)")
        }
        arena.reset()
        arena.append(number: .infinity)
        #expect(String(decoding: arena.bytes, as: UTF8.self) == "null")
    }

    @Test func theArenaGrowsAndKeepsItsMemory() {
        let arena = ByteArena(capacity: 1)
        for index in 0..<10_000 { arena.append(UInt8(truncatingIfNeeded: index)) }
        #expect(arena.count == 10_000)
        #expect((0..<10_000).allSatisfy { arena.bytes[$0] == UInt8(truncatingIfNeeded: $0) })
        let capacity = arena.capacity
        arena.truncate(to: 5)
        arena.reset()
        #expect(arena.count == 0 && arena.capacity == capacity)
    }

    /// Words, booleans and what is missing stand as the source has them.
    @Test func reasons() throws {
        let schema = Schema([
            Feature("amount", .numeric), Feature("on\"line", .boolean),
            Feature("country", .categorical, maxCategories: 4),
        ])
        let pipeline = Pipeline(plan: PipelinePlan(schema: schema, task: .binary, classes: ["no", "yes"], models: []))
        let vocabulary = pipeline.vocabulary
        let writer = PredictionWriter(
            modelNames: ["m"], classes: vocabulary.classes, topic: "in",
            reasons: ReasonWriter(schema, vocabulary, most: 3))
        let event = Event(width: 3)
        bytes("DE").withUnsafeBytes { word in
            event.words[2] = word
            _ = pipeline.step(.event(event))
        }
        let parts = [
            Explanation.Part(feature: 0, value: 2.5, usual: .nan, contribution: 0.5),
            Explanation.Part(feature: 1, value: 1, usual: 0, contribution: -0.25),
            Explanation.Part(feature: 2, value: event.slots[2], usual: 3, contribution: 0.125),
        ]
        let arena = ByteArena(capacity: 64)
        parts.withUnsafeBufferPointer { parts in
            var prediction = Prediction()
            (prediction.classIndex, prediction.reasons, prediction.base) = (1, parts, 0.1)
            writer.write(
                prediction, id: UnsafeRawBufferPointer(start: nil, count: 0), eventTime: .min, partition: 0, offset: 7,
                into: arena)
        }
        #expect(
            String(decoding: arena.bytes, as: UTF8.self)
                == #"{"id":"in-0-7","prediction":"yes","model":"m","version":1,"source":"in-0-7","explanation":["#
                + #"{"feature":"amount","value":2.5,"usual":null,"contribution":0.5},"#
                + #"{"feature":"on\"line","value":true,"usual":false,"contribution":-0.25},"#
                + #"{"feature":"country","value":"DE","usual":null,"contribution":0.125}],"base":0.1}"#)
    }
}
