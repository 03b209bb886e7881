import Foundation
import Testing

extension IntegrationTests {
    /// `doctor` says what `run` would say, and `state ls` what there is.
    @Suite(.serialized) struct DoctorTests {
        private func doctor(_ stream: Electricity, _ more: String...) throws -> (status: Int32, text: String) {
            let result = try EngineProcess.run(["doctor", stream.topology] + more)
            return (result.status, result.output)
        }

        @Test func aChangedTopologyIsToldBeforeRunIsTried() throws {
            let stream = try Electricity("doctor-changed", partitions: 2, models: "models: {tree: hoeffding_tree}")
            let fresh = try doctor(stream)
            #expect(fresh.status == 0, "\(fresh.text)")
            #expect(fresh.text.contains("2 partitions, so as many tasks") && fresh.text.contains("none yet"))
            try stream.produceAll(to: 2000)
            try stream.runToEnd()
            let good = try doctor(stream)
            #expect(good.status == 0, "\(good.text)")
            #expect(good.text.contains("2 of 2 tasks restored, 2,000 events"), "\(good.text)")
            #expect(good.text.contains("takes at most"))
            let changed = try doctor(stream, "--set", "seed=7")
            #expect(changed.status == 65, "\(changed.text)")
            #expect(changed.text.contains("bad    state: `run` would end with: "), "\(changed.text)")
            let listed = try EngineProcess.run(["state", "ls", stream.topology])
            #expect(listed.status == 0)
            #expect(listed.output.contains("lag 0  events 1,000  champion tree"), "\(listed.output)")
            #expect(listed.errors.contains("2 partitions, each with models of its own"))
        }

        @Test func aPartitionTooManyIsTold() throws {
            let stream = try Electricity("doctor-partitions", models: "models: {tree: hoeffding_tree}")
            try Broker.shared.create("doctor-partitions-drift", partitions: 3)
            try Broker.shared.create("doctor-partitions-state", config: [("cleanup.policy", "delete")])
            let result = try doctor(stream)
            #expect(result.status == 69)
            #expect(result.text.contains("doctor-partitions-drift has 3 partitions and"), "\(result.text)")
            #expect(result.text.contains("retention would delete the models"), "\(result.text)")
        }

        @Test func runSaysWhatHappens() throws {
            let stream = try Electricity("talk", partitions: 2, models: Electricity.models)
            try stream.produceAll(to: 3000)
            try Broker.shared.produce([Array("{broken".utf8)], to: stream.topic)
            let result = try EngineProcess.run(["run", stream.topology, "--stop-at-end", "--instance", "talk"])
            #expect(result.status == 0)
            for word in ["msg=assigned", "partitions=0,1", "each with its own 2 models", "code=broken_json"] {
                #expect(result.errors.contains(word), "\(word): \(result.errors)")
            }
        }
    }
}
