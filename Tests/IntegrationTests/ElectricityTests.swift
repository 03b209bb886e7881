import Foundation
import Testing

/// All integration tests, one after another: they share a broker and two cores.
@Suite(.serialized, .enabled(if: Place.hasBroker, "needs the broker in ../shared/kafka")) struct IntegrationTests {}

extension IntegrationTests {
    /// The engine and `evaluate` are the same program: point 2 of the first issue.
    @Suite(.serialized) struct ElectricityTests {
        @Test func aTopicGivesWhatTheFileGives() throws {
            let stream = try Electricity("electricity-whole")
            try stream.produceAll()
            try stream.runToEnd()
            try stream.expectEachOnce()

            let out = NSTemporaryDirectory() + "predictions-\(getpid()).jsonl"
            let evaluated = try EngineProcess.run(
                ["evaluate", stream.topology, "--input", Place.electricity.path, "--json", "--predictions", out])
            #expect(evaluated.status == 0, "\(evaluated.errors)")
            let result = try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as! [String: Any]
            #expect(result["events"] as? Int == 45_312)
            #expect(try stream.digests() == [0: result["digest"] as! String])
            let fromFile = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n").map(String.init)
            #expect(
                try stream.predictions()[0].map(withoutID)
                    == fromFile.map { withoutID(Electricity.comparable($0, stream.topic)) })
            try accuracies(result)
        }

        /// Goldens: MOA on this file (`reference/moa.md` 5): tree 77.95, naive Bayes 73.63, no-change 85.33, majority 57.54.
        private func accuracies(_ result: [String: Any]) throws {
            let models = result["models"] as! [String: [String: Any]]
            let tree = models["tree"]!["accuracy"] as! Double
            #expect(tree > 0.82, "tree \(tree)")
            let baselines = result["baselines"] as! [String: Any]
            func accuracy(_ name: String) -> Double {
                (baselines[name] as? Double) ?? ((baselines[name] as? [String: Any])?["accuracy"] as? Double) ?? .nan
            }
            #expect(abs(accuracy("no_change") - 0.8533) < 0.0005)
            #expect(abs(accuracy("majority") - 0.5754) < 0.0005)
        }

        /// A file's rows have other ids than a topic's records.
        private func withoutID(_ text: String) -> String {
            let tail = text.components(separatedBy: ",\"prediction\":").dropFirst().joined()
            let parts = tail.components(separatedBy: ",\"source\":\"")
            return parts[0] + (parts.count > 1 ? String(parts[1].drop { $0 != "\"" }) : "")
        }

        @Test func aSecondStartFindsNothingToDo() throws {
            let stream = try Electricity("electricity-twice", models: "models: {tree: hoeffding_tree}")
            try stream.produceAll(to: 3000)
            try stream.runToEnd()
            let before = try stream.digests()
            try stream.runToEnd()
            try stream.expectEachOnce(3000)
            #expect(try stream.digests() == before)
            try stream.produceAll(from: 3000, to: 5000)
            try stream.runToEnd()
            try stream.expectEachOnce(5000)
        }
    }
}
