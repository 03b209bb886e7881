import Foundation
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// `state export` on one cluster and `state import` on another: the same states there, and the same again after more events.
@Suite(.serialized) struct StateTransferTests {
    private let path = NSTemporaryDirectory() + "millrace-\(getpid())-transfer"

    @discardableResult
    private func export(_ world: MemoryWorld) throws -> [StateArchive.Entry] {
        var (file, entries) = (Data(), [StateArchive.Entry]())
        try StateArchive.export(world.topology, on: world.outside.brokers, write: { file += $0 }) { entries.append($0) }
        try file.write(to: URL(fileURLWithPath: path))
        return entries
    }

    @discardableResult
    private func restore(
        into world: MemoryWorld, _ continuation: StateArchive.Continuation = .start
    ) throws -> [StateArchive.Entry] {
        var entries: [StateArchive.Entry] = []
        let archive = try StateArchive(path: path, world.topology)
        try archive.restore(world.topology, continuation, on: world.outside.brokers) { entries.append($0) }
        return entries
    }

    private func digests(_ world: MemoryWorld) throws -> [String] {
        try TaskState.list(world.topology, on: world.outside.brokers).map(\.digest)
    }

    @Test(arguments: [StateArchive.Continuation.start, .sameOffsets])
    func theModelsGoOnElsewhere(continuation: StateArchive.Continuation) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let here = try WorkerSessionTests.world(2, records: 1400, model: "hoeffding_tree")
        try here.runToEnd()
        let entries = try export(here)
        #expect(entries.map(\.events) == [700, 700])
        #expect(try entries.map(\.digest) == digests(here))

        // There: the events alone. Copies of all of them, or none yet.
        let there = try WorkerSessionTests.world(2, records: continuation == .sameOffsets ? 1400 : 0)
        for topic in there.topics.made { there.log.deleteTopic(topic) }
        let whole = MemoryWorld(here.topology, partitions: 2, on: there.log)
        #expect(try restore(into: whole, continuation) == entries)
        #expect(there.topics.made.allSatisfy { whole.log.partitionCount($0) == 2 })
        #expect(try digests(whole) == digests(here))
        #expect(whole.committed() == (continuation == .sameOffsets ? 700 : 0))
        for row in 1400..<2000 {
            WorkerSessionTests.append(row, to: here)
            WorkerSessionTests.append(row, to: whole)
        }
        try here.runToEnd()
        let life = try whole.runToEnd()
        #expect(try digests(whole) == digests(here))
        #expect(life.session.tasks[1]?.state.events == 1000)
        // What has state takes none.
        #expect { try restore(into: whole) } throws: { "\($0)".contains("has state of group task already") }
    }

    /// Events that wait for their labels are carried too.
    @Test func withWhatWaits() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let stream = LabelledSessionTests.Stream(seed: 71, count: 1500)
        let cut = stream.rows.count / 2
        let here = try LabelledSessionTests.world(1, ticks: false)
        for row in 0..<cut { stream.append(row, to: here) }
        let life = try here.runToEnd()
        #expect(life.session.tasks[0]?.labels?.learner.waiting ?? 0 > 5)
        try export(here)
        let there = MemoryWorld(here.topology)
        try restore(into: there)
        #expect(try digests(there) == digests(here))
        for row in cut..<stream.rows.count {
            stream.append(row, to: here)
            stream.append(row, to: there)
        }
        let (former, later) = (try here.runToEnd(), try there.runToEnd())
        let counts = former.session.tasks[0]?.labels?.learner.counts
        #expect(counts?.matched ?? 0 > 500 && later.session.tasks[0]?.labels?.learner.counts == counts)
        #expect(try digests(there) == digests(here))
    }

    @Test func anotherNumberOfPartitionsIsRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let here = try WorkerSessionTests.world(2, records: 100)
        try here.runToEnd()
        try export(here)
        let there = try WorkerSessionTests.world(3)
        #expect { try restore(into: there) } throws: {
            "\($0)".contains("of 2 partitions, and in has 3") && "\($0)".contains("cannot be split or merged")
        }
        // Where it cannot be written, nothing is begun.
        let other = try WorkerSessionTests.world(2)
        other.outside.writeFailure = KafkaError.of(KafkaError.Code.timedOut)
        #expect { try restore(into: other) } throws: { "\($0)".contains("importing into task-state") }
        #expect(other.committed() == -1)
    }
}
