import Foundation
import KafkaClient
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// A file of states is somebody else's bytes: the right state, or a refusal in words.
@Suite(.serialized) struct StateArchiveTests {
    private let topology: TopologyPlan
    private let task: PartitionTask
    private let archived: ArchivedTask

    init() throws {
        let models = "tree: hoeffding_tree, linear: logistic_regression"
        topology = try PartitionTaskTests.topology(models: models, more: "")
        task = PartitionTask(partition: 0, topology: topology, cluster: "there", now: .now)
        task.begin(at: 0, stateEnd: 0, now: .now)
        PartitionTaskTests.process(0..<1500, with: task, draft: TransactionDraft())
        var metadata = OffsetMetadata()
        metadata.sequence = 9
        let place = StoredPlace(offset: 1500, metadata: metadata, stateEnd: 0)
        archived = ArchivedTask(.init(place: place, task: task, snapshot: 9, segments: [], end: nil), "there")
    }

    private func file(_ task: [UInt8], key: [UInt8]? = nil) throws -> String {
        let cluster = Cluster("there", key: key)
        let head = StateArchive.Head(name: "task", cluster: "there", partitions: 2, tasks: 1)
        let path = NSTemporaryDirectory() + "millrace-\(getpid())-archive"
        let bytes =
            StateArchive.magic + StateArchive.block(head.encoded, cluster) + StateArchive.block(task, cluster)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func comesBackAsItWas() throws {
        let path = try file(archived.encoded)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let entries = try StateArchive(path: path, topology).verify(topology)
        #expect(entries.map(\.digest) == [SHA256.hex(task.stateBytes())])
        #expect(entries[0].events == 1500)
        let back = try ArchivedTask(decoding: archived.encoded, key: nil).loaded(as: topology, "here")
        #expect(back.stateBytes() == task.stateBytes())
    }

    /// Cut short, damaged, or written with another key.
    @Test func refusesWhatIsNotWhole() throws {
        let path = try file(archived.encoded)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        func refusal(_ bytes: Data) throws -> String {
            try bytes.write(to: URL(fileURLWithPath: path))
            do throws(EngineError) {
                _ = try StateArchive(path: path, topology).verify(topology)
                return ""
            } catch { return error.message }
        }
        for length in stride(from: 0, to: whole.count, by: 997) {
            #expect(try refusal(whole.prefix(length)).contains(path), "\(length)")
        }
        for place in stride(from: 0, to: whole.count, by: 1009) {
            var bytes = whole
            bytes[place] ^= 0x40
            #expect(try refusal(bytes).contains(path), "\(place)")
        }
        #expect(try refusal(whole + [0]).contains("more follows"))
        _ = try file(archived.encoded, key: [1, 2, 3])
        #expect(throws: EngineError.self) { try StateArchive(path: path, topology) }
    }

    /// Numbers of any size in the place of a task's own, sealed as they should be.
    @Test func trustsNoNumber() {
        let right = archived.encoded
        for place in stride(from: 0, to: right.count - 8, by: right.count / 300 + 1) {
            for value in [UInt64(0), 1 << 31, 1 << 63, .max] {
                var bytes = right
                withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(place..<place + 8, with: $0) }
                guard let found = try? ArchivedTask(decoding: bytes, key: nil),
                    let loaded = try? found.loaded(as: topology, "here")
                else { continue }
                #expect(loaded.stateBytes() == task.stateBytes(), "at \(place)")
            }
        }
    }
}
