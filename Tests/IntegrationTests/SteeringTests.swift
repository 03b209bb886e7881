import Foundation
import Testing

extension IntegrationTests {
    /// An operator's commands on the real broker: obeyed once, across kills, and answered by every partition.
    @Suite(.serialized) struct SteeringTests {
        private func committed(_ stream: Electricity) -> Int64 {
            ((try? Broker.shared.committed(stream.name, stream.topic, partitions: stream.partitions)) ?? []).reduce(
                0, +)
        }

        private func tell(
            _ stream: Electricity, _ words: String..., more: [String] = []
        ) throws -> (status: Int32, output: String, errors: String) {
            try EngineProcess.run(words + [stream.topology] + more)
        }

        private func begin(_ stream: Electricity, _ environment: [String: String] = [:]) throws -> EngineProcess {
            let engine = try stream.run(environment: environment)
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            return engine
        }

        private func kill(_ engine: EngineProcess) {
            engine.signal(SIGKILL)
            #expect(engine.waitForExit(seconds: 20) == -SIGKILL)
        }

        @Test func commandsSurviveKills() throws {
            let stream = try Electricity("steered", partitions: 2)
            try stream.produceAll(to: 4000)
            let early = try tell(stream, "pause")
            #expect(early.status == 69 && early.errors.contains("there is no topic steered-control"), "\(early.errors)")

            var engine = try begin(stream)
            #expect(engine.wait(30) { committed(stream) == 4000 })
            let paused = try tell(stream, "pause")
            #expect(paused.status == 0 && paused.output.contains("partition 1  command 1  done"), "\(paused)")
            try stream.produceAll(from: 4000, to: 6000)
            kill(engine)

            // Nobody is there: it waits.
            let unheard = try tell(stream, "models", "freeze", more: ["--wait", "1"])
            #expect(unheard.status == 69 && unheard.errors.contains("waits in steered-control"), "\(unheard.errors)")
            // The process that takes it dies with it in an open transaction; the next one takes it again.
            let dying = try stream.run(environment: ["MILLRACE_CRASH_AT": "after-journal:1"])
            #expect(dying.waitForExit(seconds: 60) == -SIGKILL, "\(dying.errors)")
            engine = try begin(stream)
            #expect(!engine.wait(2) { committed(stream) > 4000 }, "a restart ended the pause")
            let resumed = try tell(stream, "resume", more: ["--json"])
            #expect(resumed.status == 0 && resumed.output.contains(#""number": 3"#), "\(resumed)")
            #expect(engine.wait(30) { committed(stream) == 6000 })
            let before = try stream.digests()
            kill(engine)
            #expect(try stream.digests() == before)

            engine = try begin(stream)
            let refused = try tell(stream, "models", "promote", more: ["nobody"])
            #expect(refused.status == 1 && refused.errors.contains("no model 'nobody'"), "\(refused)")
            #expect(try tell(stream, "models", "promote", more: ["linear"]).status == 0)
            let unproposed = try tell(stream, "approve")
            #expect(unproposed.status == 1 && unproposed.errors.contains("nothing waits for approval"), "\(unproposed)")
            let decided = try tell(stream, "decisions")
            #expect(decided.status == 0 && decided.output.contains("  promote  "), "\(decided)")
            #expect(decided.output.split(separator: "\n").last?.contains("approve") == true, "\(decided)")
            let models = try tell(stream, "models", "ls")
            #expect(models.status == 0 && models.output.contains("partition 1  "), "\(models)")
            let back = try tell(stream, "models", "rollback")
            #expect(back.status == 0 && back.output.contains("done"), "\(back)")
            let shown = try tell(stream, "models", "show", more: ["before", "--partition", "1"])
            #expect(shown.status == 0 && shown.output.contains("linear 1  answered before the last change"), "\(shown)")
            #expect(shown.output.contains("rests on ") && !shown.output.contains("partition 0"), "\(shown)")
            let differ = try tell(stream, "models", "diff", more: ["tree", "linear"])
            #expect(differ.output.contains("it is a hoeffding_tree, the other a logistic_regression"), "\(differ)")
            let unknown = try tell(stream, "models", "show", more: ["nobody"])
            #expect(unknown.status == 64 && unknown.errors.contains("there is tree, linear"), "\(unknown)")
            #expect(try tell(stream, "models", "unfreeze").status == 0)
            try stream.produceAll(from: 6000, to: 8000)
            #expect(engine.wait(30) { committed(stream) == 8000 })
            let last = try stream.digests()
            let drained = try tell(stream, "drain")
            #expect(drained.status == 0, "\(drained)")
            #expect(engine.waitForExit(seconds: 20) == 0, "\(engine.errors)")
            #expect(try stream.digests() == last)
            try stream.expectEachOnce(8000)
            let decisions = try Broker.shared.read("steered-decisions", partition: 0).map(\.text)
            for word in ["pause", "freeze", "resume", "promote", "unfreeze", "drain"] {
                let wanted = "\"command\":\"\(word)\""
                #expect(decisions.contains { $0.contains(wanted) && $0.contains("\"outcome\":\"done\"") }, "\(word)")
            }
        }
    }
}
