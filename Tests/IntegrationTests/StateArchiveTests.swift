import Foundation
import Testing

extension IntegrationTests {
    /// State carried in a file to another cluster, and records that could not be used.
    @Suite(.serialized) struct StateArchiveTests {
        private func say(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
            try EngineProcess.run(words)
        }

        @Test func stateGoesOnOnAnotherCluster() throws {
            let file = NSTemporaryDirectory() + "millrace-\(getpid())-carried.state"
            defer { try? FileManager.default.removeItem(atPath: file) }
            let there = try Electricity("carried", partitions: 2)
            #expect(try say(["state", "export", there.topology, "--to", file]).status != 0)
            #expect(!FileManager.default.fileExists(atPath: file))
            try there.produceAll(to: 8000)
            try there.runToEnd()
            let digests = try there.digests()
            let written = try say(["state", "export", there.topology, "--to", file])
            #expect(written.status == 0 && digests.values.allSatisfy { written.output.contains($0) }, "\(written)")
            // As it was, it cannot be imported: there is state.
            let refused = try say(["state", "import", there.topology, "--from", file])
            #expect(refused.status == 65 && refused.errors.contains("has state of group carried already"), "\(refused)")

            let other = Broker.start("second", port: 52_000 + Int(getpid()) % 10_000)
            defer { Broker.stop("second") }
            let here = try Electricity("carried", partitions: 2, broker: other)
            #expect(try say(["state", "verify", here.topology, "--archive", file]).status == 0)
            let read = try say(["state", "import", here.topology, "--from", file])
            #expect(read.status == 0, "\(read)")
            #expect(try here.digests() == digests)
            #expect(try say(["state", "verify", here.topology]).output.contains("partition 1  good"))
            // It goes on as it would have there.
            let rest = Array(Electricity.records[8000..<12_000])
            for stream in [there, here] {
                for partition in 0..<2 {
                    let rows = stride(from: partition, to: rest.count, by: 2).map { rest[$0] }
                    try stream.broker.produce(rows, to: stream.topic, partition: Int32(partition))
                }
                try stream.runToEnd()
            }
            #expect(try here.digests() == there.digests())

            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
            let damaged = try say(["state", "verify", here.topology, "--archive", file])
            #expect(damaged.status == 65 && damaged.errors.contains("is damaged"), "\(damaged)")
        }

        @Test func waitingEventsAreCarriedToo() throws {
            let stream = LateLabelTests.Stream("late-carried")
            try stream.fill(events: 4000)
            defer { try? FileManager.default.removeItem(atPath: stream.folder) }
            try stream.runToEnd()
            let digests = try stream.digests()
            let file = NSTemporaryDirectory() + "millrace-\(getpid())-late.state"
            defer { try? FileManager.default.removeItem(atPath: file) }
            func state(_ verb: String, _ more: [String]) throws -> (status: Int32, output: String, errors: String) {
                try say(stream.arguments("state", []).insertingVerb(verb) + more)
            }
            let written = try state("export", ["--to", file])
            #expect(written.status == 0, "\(written)")
            var reset = try say(stream.arguments("reset", ["--yes"]))
            // A group misses a member that ended only after a while.
            for _ in 0..<100 where reset.errors.contains("has members") {
                Thread.sleep(forTimeInterval: 0.2)
                reset = try say(stream.arguments("reset", ["--yes"]))
            }
            #expect(reset.status == 0, "\(reset)")
            #expect(try stream.digests().isEmpty)
            let read = try state("import", ["--from", file, "--same-offsets"])
            #expect(read.status == 0, "\(read)")
            #expect(try stream.digests() == digests)
            try stream.runToEnd()
            #expect(try stream.digests() == digests)
            #expect(try state("verify", []).output.contains("partition 0  good"))
        }
    }
}
