import Foundation
import Testing

extension IntegrationTests {
    /// Records that could not be used: counted, shown, and sent once more.
    @Suite(.serialized) struct DeadLetterCommandTests {
        @Test func lettersAreCountedShownAndSentOnceMore() throws {
            let stream = try Electricity("letters", models: "models: {linear: logistic_regression}")
            let early = try EngineProcess.run(["dead-letters", "ls", stream.topology])
            #expect(early.status == 69 && early.errors.contains("no topic letters-dead-letters"), "\(early.errors)")
            try stream.produceAll(to: 100)
            let bad = [Array("{\"period\": tru".utf8), Array("{\"period\": \"noon\", \"class\": 1}".utf8)]
            try Broker.shared.produce(bad, to: stream.topic, partition: 0)
            try stream.runToEnd()
            let listed = try EngineProcess.run(["dead-letters", "ls", stream.topology])
            #expect(listed.status == 0 && listed.output.contains("1  broken_json"), "\(listed)")
            let shown = try EngineProcess.run(["dead-letters", "show", stream.topology, "--code", "broken_json"])
            #expect(shown.output.contains("letters-input-0-100"), "\(shown)")
            #expect(shown.output.contains("{\"period\": tru"), "\(shown)")
            let replay = ["dead-letters", "replay", stream.topology, "--code", "broken_json"]
            #expect(try EngineProcess.run(replay).output.contains("would send 1"))
            #expect(try EngineProcess.run(replay + ["--yes"]).output.contains("sent 1"))
            try stream.runToEnd()
            let again = try EngineProcess.run(["dead-letters", "ls", stream.topology])
            #expect(again.output.contains("2  broken_json") && again.output.contains("letters-input-0-102"), "\(again)")
        }
    }
}
