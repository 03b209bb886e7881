import Foundation
import Testing

extension IntegrationTests {
    /// `examples/python` on what the engine really published: the script and, cell by cell, the notebook.
    @Test("The Python example runs as its page says") func pythonExample() throws {
        let stream = try Electricity("python")
        try stream.produceAll(to: 3000)
        try Broker.shared.produce([Array("{".utf8)], to: stream.topic)
        try stream.runToEnd()
        let out = NSTemporaryDirectory() + "millrace-python-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: out) }
        let ran = try Shell.run([
            Place.root.appendingPathComponent("scripts/python-example").path, "--bootstrap", Broker.shared.bootstrap,
            "--topology", stream.name, "--input", stream.topic, "--label", "class", "--out", out,
        ])
        #expect(ran.status == 0, "\(ran.output.suffix(3000))")
        func json(_ name: String) throws -> [String: Any] {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(out)/\(name)"))
            return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        let figures = try json("comparison.json")
        #expect(figures["events"] as? Int == 2000)
        let accuracy = try #require(figures["accuracy"] as? [String: Double])
        #expect(accuracy.count == 4 && accuracy.values.allSatisfy { $0 > 0.5 && $0 < 1 }, "\(accuracy)")
        let retrained = try #require(accuracy.first { $0.key.contains("retrained") }?.value)
        #expect(try #require(accuracy["Millrace"]) > retrained, "\(accuracy)")
        // What `evaluate` says of the same rows, the first thousand left out, is what the script counted.
        #expect(try abs(accuracy["Millrace"]! - published(stream)) < 0.0001)
        let cells = try #require(json("compare.ipynb")["cells"] as? [[String: Any]])
        let outputs = cells.compactMap { $0["outputs"] as? [[String: Any]] }
        #expect(outputs.count >= 5 && outputs.joined().contains { $0["output_type"] as? String == "display_data" })
    }

    /// The share of right answers in the topic itself, behind the first thousand.
    private func published(_ stream: Electricity) throws -> Double {
        let answers = try Broker.shared.read("\(stream.name)-predictions").dropFirst(1000)
        let right = answers.enumerated().count { place, answer in
            let truth = Electricity.records[1000 + place].dropLast().last!
            return answer.text.contains("\"prediction\":\(UnicodeScalar(truth)),")
        }
        return Double(right) / Double(answers.count)
    }
}
