import Foundation
import MillraceTestKit
import OnlineLearning
import StateStore
import Testing
import Topology

@testable import Engine

/// Waiting events on the local disk: the same bytes whatever lives where, and whatever becomes of the disk.
@Suite(.serialized) struct LabelStoreTests {
    private static func folder() -> String { NSTemporaryDirectory() + "millrace-store-\(UUID().uuidString)" }

    /// More than a megabyte of events that wait or are remembered.
    private static func world(_ stream: LabelledSessionTests.Stream, folder: String? = nil) throws -> MemoryWorld {
        var rules = LabelledSessionTests.rules
        rules.lateWithin = 3_600_000
        rules.idle = "24h"
        rules.room = "memory: 1MiB, disk: 64MiB"
        let world = MemoryWorld(try LabelledEvaluationTests.topology(rules), partitions: 1)
        world.stateFolder = folder
        for row in stream.rows.indices { stream.append(row, to: world) }
        return world
    }

    private static func calm(_ stream: LabelledSessionTests.Stream) throws -> [UInt8] {
        let calm = try world(stream)
        let life = calm.life()
        calm.giveAll(to: life)
        calm.run(life) { LabelledSessionTests.isAtEnd(calm) }
        let onDisk = life.session.tasks[0]?.labels?.learner.onDisk
        #expect(life.error == nil && onDisk == 0)
        return life.session.tasks[0]?.stateBytes() ?? []
    }

    private static func finish(_ world: MemoryWorld) throws -> MemoryWorld.Life {
        let life = world.life()
        world.giveAll(to: life)
        world.run(life, turns: 2000) {
            LabelledSessionTests.isAtEnd(world) && life.session.tasks[0]?.isReady ?? false
        }
        #expect(life.error == nil, "\(String(describing: life.error))")
        #expect(try world.predicted() == LabelledSessionTests.events(world))
        return life
    }

    @Test(arguments: [[], [6], [3, 9, 14, 25], [40, 5, 60]])
    func rowsOnDiskGiveTheSameBits(kills: [Int]) throws {
        let stream = LabelledSessionTests.Stream(seed: 31, count: 5000)
        let expected = try Self.calm(stream)
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = try Self.world(stream, folder: folder)
        for turns in kills {
            let life = world.life(interval: .milliseconds(30))
            world.giveAll(to: life)
            world.run(life, turns: turns) { false }
            #expect(life.error == nil, "\(String(describing: life.error))")
        }
        let life = try Self.finish(world)
        let isSame = life.session.tasks[0]?.stateBytes() == expected
        #expect(isSame)
        let learner = try #require(life.session.tasks[0]?.labels?.learner)
        #expect(learner.onDisk > 500)
        print("\(learner.onDisk) rows on disk, \(learner.waitingBytes >> 10) KiB in memory")
    }

    /// Nothing on it, another task's segments, or a part: the rest comes from the topic.
    @Test(arguments: ["deleted", "older", "damaged"]) func theDiskIsNeverTheOnlyCopy(how: String) throws {
        let stream = LabelledSessionTests.Stream(seed: 32, count: 5000)
        let expected = try Self.calm(stream)
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = try Self.world(stream, folder: folder)
        do {
            let life = world.life(interval: .milliseconds(30))
            world.giveAll(to: life)
            world.run(life, turns: 8) { false }
            if how == "older" { try FileManager.default.copyItem(atPath: folder, toPath: folder + "-old") }
            world.run(life, turns: 30) { false }
        }
        switch how {
        case "deleted": try FileManager.default.removeItem(atPath: folder)
        case "older":
            try FileManager.default.removeItem(atPath: folder)
            try FileManager.default.moveItem(atPath: folder + "-old", toPath: folder)
        default:
            let store = try WaitingStore.at("\(folder)/0/0")
            // Rows are gone, and what names them is not.
            let batch = StateStore.Batch()
            for number in try store.store.beginnings(of: 4).map({ $0.reduce(0) { $0 << 8 | UInt32($1) } }) {
                batch.delete(
                    from: WaitingStore.key(number, WaitingStore.row), to: WaitingStore.key(number, WaitingStore.row + 1)
                )
            }
            try store.store.write(batch)
        }
        let life = world.life()
        world.giveAll(to: life)
        world.run(life, turns: 2000) {
            LabelledSessionTests.isAtEnd(world) && life.session.tasks[0]?.isReady ?? false
        }
        guard how == "damaged" else {
            let isSame = life.session.tasks[0]?.stateBytes() == expected
            return #expect(isSame && life.error == nil, "\(String(describing: life.error))")
        }
        // Found when a row is needed: nothing of it is committed, and the next life has everything from the topic.
        #expect(life.error?.isTransient == true && life.error?.message.contains("cannot be read from the disk") == true)
        let isSame = try Self.finish(world).session.tasks[0]?.stateBytes() == expected
        #expect(isSame)
    }

    @Test func anOwnersFolderIsRefusedWithTheRemedy() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data().write(to: URL(fileURLWithPath: folder))
        #expect { try WaitingStore.at(folder + "/0") } throws: {
            ($0 as? EngineError)?.message.contains("--state-dir") ?? false
        }
    }
}
