import Foundation
import Testing

extension IntegrationTests {
    /// Every kind of bad input of design 4, among good records: the engine runs on and nothing is lost.
    @Suite(.serialized) struct BadInputTests {
        struct Case {
            var name: String
            var value: [UInt8]?
            /// The dead letter's code, or nil: good, predicted.
            var code: String?
        }

        static func record(_ x: String, label: String = "1", more: String = "") -> [UInt8] {
            Array("{\"period\":\(x),\"nswprice\":0.5,\"class\":\(label)\(more)}".utf8)
        }

        static let cases: [Case] = [
            Case(name: "broken JSON", value: Array("{\"period\":1,".utf8), code: "broken_json"),
            Case(name: "no JSON", value: [0xff, 0xfe, 0x00, 0x80], code: "broken_json"),
            Case(name: "empty", value: [], code: "broken_json"),
            Case(name: "trailing garbage", value: record("1") + Array("}".utf8), code: "broken_json"),
            Case(name: "wrong type", value: record("\"high\""), code: "wrong_type"),
            Case(name: "object for a number", value: record("{}"), code: "wrong_type"),
            Case(name: "NaN", value: record("NaN"), code: "not_finite"),
            Case(name: "Infinity", value: record("-Infinity"), code: "not_finite"),
            Case(name: "overflow", value: record("1e999"), code: "number_overflow"),
            Case(name: "unknown class", value: record("1", label: "7"), code: "unknown_class"),
            Case(name: "tombstone", value: nil, code: "tombstone"),
            Case(
                name: "2 MB", value: record("1", more: ",\"pad\":\"" + String(repeating: "x", count: 2_000_000) + "\""),
                code: "too_large"),
            Case(name: "feature absent", value: Array("{\"class\":0}".utf8), code: nil),
            Case(name: "feature null", value: record("null"), code: nil),
            Case(name: "label absent", value: Array("{\"period\":0.25}".utf8), code: nil),
            Case(name: "huge finite number", value: record("1e300"), code: nil),
            Case(name: "class as text", value: record("0.5", label: "\"1\""), code: nil),
            Case(name: "class as boolean", value: record("0.5", label: "true"), code: nil),
            Case(name: "future time", value: record("0.5", more: ",\"ts\":4102444800000"), code: nil),
        ]

        @Test func theEngineRunsOnAndNothingIsLost() throws {
            let stream = try Electricity("bad-input")
            // One in a hundred of each kind, every kind at least three times; the large one is 2 MB each time.
            var values: [[UInt8]?] = []
            var expected: [(offset: Int, code: String)] = []
            var good = 0
            let records = Electricity.records.prefix(6000)
            for (row, record) in records.enumerated() {
                if row % 5 == 4 {
                    let index = row / 5 % Self.cases.count
                    let injected = Self.cases[index]
                    if injected.name != "2 MB" || row < 2000 {
                        if let code = injected.code { expected.append((values.count, code)) } else { good += 1 }
                        values.append(injected.value)
                    }
                }
                values.append(record)
                good += 1
            }
            let headers: [(String, [UInt8]?)] = [("trace", Array("abc-1".utf8)), ("empty", [])]
            try Broker.shared.produce(
                values, to: stream.topic, keys: values.indices.map { $0 % 7 == 0 ? nil : Array("key-\($0)".utf8) },
                headers: headers)
            try stream.runToEnd()

            let letters = try Broker.shared.read("\(stream.name)-dead-letters", withHeaders: true)
            #expect(letters.count == expected.count)
            for (letter, (offset, code)) in zip(letters, expected) {
                let header = { (name: String) in
                    letter.headers["millrace.error.\(name)"].map { String(decoding: $0, as: UTF8.self) }
                }
                #expect(header("code") == code, "offset \(offset)")
                #expect(header("offset") == "\(offset)")
                #expect(header("topic") == stream.topic && header("partition") == "0" && header("stage") == "decode")
                #expect(header("topology") == stream.name && header("message")?.isEmpty == false)
                #expect(letter.value == values[offset])
                #expect(letter.key == (offset % 7 == 0 ? nil : Array("key-\(offset)".utf8)))
                #expect(letter.headers["trace"] == Array("abc-1".utf8) && letter.headers["empty"] == [])
            }
            let sources = try Broker.shared.read("\(stream.name)-predictions").map(\.source)
            let bad = Set(expected.map(\.offset))
            #expect(sources == values.indices.filter { !bad.contains($0) }.map { "\(stream.topic)-0-\($0)" })
            #expect(sources.count == good)
        }

        /// 5,000 bad records in a row, among good ones without one of the features: both are told where an operator looks.
        @Test func nothingIsRefusedWithoutAWord() throws {
            let stream = try Electricity("unsaid", models: "models: {linear: logistic_regression}")
            let text = try String(contentsOfFile: stream.topology, encoding: .utf8)
            try text.replacing("nswdemand", with: "nswdemnad")
                .write(toFile: stream.topology, atomically: true, encoding: .utf8)
            let bad = Self.record("\"high\"")
            try stream.produceAll(to: 500)
            try Broker.shared.produce(Array(repeating: bad, count: 5000), to: stream.topic)
            try stream.produceAll(from: 500, to: 3000)
            let port = 20_000 + Int(getpid()) % 9_000 + 9_002
            let engine = try stream.run(["--http", "127.0.0.1:\(port)"])
            #expect(engine.wait(60) { (try? Broker.shared.committed("unsaid", stream.topic)) == [8000] })
            let line = engine.wait(20) {
                engine.errors.contains("first_offset=500 field=period reason=") && engine.errors.contains("nswdemnad")
            }
            #expect(line, "\(engine.errors)")
            #expect(engine.errors.contains("code=wrong_type count=5000"), "\(engine.errors)")
            #expect(engine.errors.contains("did you mean 'nswdemand'"), "\(engine.errors)")
            let metrics = try HTTP.get("http://127.0.0.1:\(port)/metrics")
            for sample in [
                "millrace_field_unseen{topology=\"unsaid\",role=\"feature\",field=\"nswdemnad\"} 1",
                "millrace_dead_letters_total{topology=\"unsaid\",code=\"wrong_type\"} 5000",
            ] { #expect(metrics.contains(sample), "\(metrics)") }
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 30) == 0)
            let told = try EngineProcess.run(["doctor", stream.topology])
            #expect(told.output.contains("period is 'high'") && told.output.contains("nswdemnad"), "\(told.output)")
        }
    }
}
