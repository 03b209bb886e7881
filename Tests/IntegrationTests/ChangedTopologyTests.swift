import Foundation
import Testing

extension IntegrationTests {
    /// A changed topology on the real broker: `plan` says what `run` then does, a kill in the middle loses nothing, and an
    /// older file changes nothing.
    @Suite(.serialized) struct ChangedTopologyTests {
        private static let before = "linear: logistic_regression"
        private static let after = "linear: {logistic_regression: {learning_rate: 0.2}}\n  bayes: gaussian_nb"

        /// The file before and after the change.
        private func change(_ stream: Electricity) throws -> (old: String, new: String) {
            let old = try String(contentsOfFile: stream.topology, encoding: .utf8)
            return (old, old.replacingOccurrences(of: Self.before, with: Self.after))
        }

        private func write(_ text: String, _ stream: Electricity) throws {
            try text.write(toFile: stream.topology, atomically: true, encoding: .utf8)
        }

        @Test func aKillInTheMiddleOfAChange() throws {
            let calm = try Electricity("changed-calm")
            let wild = try Electricity("changed-wild")
            for stream in [calm, wild] {
                try stream.produceAll(to: 4000)
                try stream.runToEnd()
                try stream.produceAll(from: 4000, to: 6000)
            }
            try write(change(calm).new, calm)
            try calm.runToEnd()

            let (old, new) = try change(wild)
            try write(new, wild)
            let plan = try EngineProcess.run(["plan", wild.topology])
            #expect(plan.status == 0, "\(plan)")
            for word in ["model linear: learning_rate changed", "model bayes: begins with", "model tree", "revision 1"]
            {
                let text = plan.output.replacingOccurrences(of: "\n          ", with: " ")
                #expect(text.contains(word), "\(word): \(plan.output)")
            }
            let dying = try wild.run(environment: ["MILLRACE_CRASH_AT": "after-reconfigure:1"])
            #expect(dying.waitForExit(seconds: 60) == -SIGKILL, "\(dying.errors)")
            // A process with the old file goes on under the new topology, and says so.
            try write(old, wild)
            let told = try EngineProcess.run(["run", wild.topology, "--instance", "a", "--stop-at-end"])
            #expect(told.status == 0 && told.errors.contains("this file is an earlier state"), "\(told.errors)")
            #expect(try EngineProcess.run(["plan", wild.topology]).output.contains("earlier state"))
            try wild.expectEachOnce(6000)
            #expect(try wild.digests() == calm.digests())
            try wild.expectSamePredictions(as: calm)
        }

        @Test func whatCannotGoOnIsRefusedWithItsReason() throws {
            let stream = try Electricity("changed-refused")
            try stream.produceAll(to: 500)
            try stream.runToEnd()
            let more = ["--set", "seed=7"]
            let plan = try EngineProcess.run(["plan", stream.topology] + more)
            #expect(plan.status == 1 && plan.output.contains("seed: was 1"), "\(plan)")
            let run = try EngineProcess.run(["run", stream.topology, "--instance", "a", "--stop-at-end"] + more)
            #expect(run.status == 65 && run.errors.contains("seed: was 1"), "\(run.errors)")
        }
    }
}
