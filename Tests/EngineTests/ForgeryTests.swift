import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Recovery trusts nothing: offsets, metadata, manifests and chunks are forged, each field at its extremes and swapped
/// between partitions. The right state or a refusal in words; never a crash, a hang, or another count of events.
@Suite(.serialized) struct ForgeryTests {
    /// Two partitions with snapshots and some events behind them, killed.
    private static func world(key: [UInt8]? = nil) throws -> MemoryWorld {
        let world = try WorkerSessionTests.world(2, records: 400, model: "majority")
        world.cluster.key = key
        let life = world.life(interval: .milliseconds(20))
        world.giveAll(to: life)
        world.run(life, turns: 40) { false }
        for row in 400..<700 { WorkerSessionTests.append(row, to: world) }
        world.run(life, turns: 8) { false }
        return world
    }

    private static let extremes: [UInt64] = [
        0, 1, 2, 127, 128, 255, 256, 1 << 31, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, .max - 1, .max,
    ]

    private typealias Outcome = (state: [UInt8]?, refusal: EngineError?, bytes: Int)

    /// Starts on what there is. The state of partition 0, or why it was refused; the most memory that it took.
    private func outcome(_ world: MemoryWorld, _ partition: Int32 = 0) -> Outcome {
        let life = world.life(7)
        world.log.rebalance(world.topics.group)
        life.group.tell(.assigned([partition]))
        let bytes = peakBytes {
            var turns = 0
            while turns < 3000, life.error == nil, !(life.session.tasks[partition]?.isReady ?? false) {
                world.clock.advance(by: .seconds(1))
                life.turn()
                turns += 1
            }
        }
        if let error = life.error { return (nil, error, bytes) }
        return (life.session.tasks[partition]?.stateBytes(), nil, bytes)
    }

    /// The start on what was not forged.
    private func calm(_ world: MemoryWorld) throws -> Outcome {
        let calm = outcome(world)
        _ = try #require(calm.state, "\(calm.refusal?.message ?? "")")
        return calm
    }

    /// - Parameter right: of the start on what was not forged.
    private func expectRightOrRefused(_ world: MemoryWorld, _ right: Outcome, _ what: String) {
        let (state, refusal, bytes) = outcome(world)
        #expect(bytes <= 2 * right.bytes, "\(what): \(bytes) bytes, \(right.bytes) where nothing is forged")
        if let refusal {
            #expect(refusal.message.count > 40, "\(what): \(refusal.message)")
        } else {
            let isRight = state == right.state
            #expect(isRight, "\(what): another state was taken")
        }
    }

    private static let fields: [(String, @Sendable (inout OffsetMetadata, UInt64) -> Void)] = [
        ("attempt", { $0.attempt = UInt8(truncatingIfNeeded: $1) }), ("sequence", { $0.sequence = $1 }),
        ("snapshot", { $0.snapshot = $1 }), ("bound", { $0.stateLowerBound = Int64(bitPattern: $1) }),
        ("time", { $0.streamTime = Int64(bitPattern: $1) }), ("events", { $0.events = $1 }),
        ("digest", { $0.digest = $1 }), ("numerics", { $0.numerics = $1 }),
        ("crashed", { $0.crashed = [Int64(bitPattern: $1)] }),
    ]

    /// Metadata that carry a right checksum and one wrong number, at every offset that could be tried.
    @Test func forgedMetadata() throws {
        let world = try Self.world()
        let right = try calm(world)
        let (offset, metadata) = try #require(try world.metadata())
        var cases = 0
        for (name, change) in Self.fields {
            for value in Self.extremes + (0..<16).map({ metadata.sequence &+ $0 &- 8 }) {
                for committed in [offset, offset - 1, offset + 1, 0, .max, offset - 100] {
                    var forged = metadata
                    change(&forged, value)
                    let place = OffsetMetadata.Place(
                        cluster: world.cluster, topic: world.topics.input, partition: 0, offset: committed)
                    world.log.setCommitted(
                        .init(offset: committed, metadata: forged.encoded(for: place)), world.topics.group,
                        world.topics.input, 0)
                    // An attempt, a time and a digest of another machine may be anything; a count never.
                    expectRightOrRefused(world, right, "\(name) = \(value) at \(committed)")
                    cases += 1
                }
            }
        }
        print("forged metadata: \(cases) cases; \(right.bytes) bytes where nothing is forged")
        #expect(cases > 1000)
    }

    /// What tools do that copy offsets: metadata of another offset or partition, cut, damaged, of the old format.
    @Test func foreignMetadata() throws {
        let world = try Self.world()
        let right = try calm(world)
        let set = { (committed: InMemoryLog.Committed?) in
            world.log.setCommitted(committed, world.topics.group, world.topics.input, 0)
        }
        let mine = try #require(world.log.committed(world.topics.group, world.topics.input, 0))
        let other = try #require(world.log.committed(world.topics.group, world.topics.input, 1))
        set(.init(offset: other.offset, metadata: other.metadata))
        #expect(outcome(world).refusal?.message.contains("offsets copied") == true)
        set(.init(offset: mine.offset - 50, metadata: mine.metadata))
        #expect(outcome(world).refusal?.message.contains("offsets copied") == true)
        set(nil)
        #expect(outcome(world).refusal?.message.contains("no committed offset") == true)
        let text = try #require(mine.metadata)
        for index in text.indices {
            for byte in [0, 65, 255] as [UInt8] where text[index] != byte {
                var damaged = text
                damaged[index] = byte
                set(.init(offset: mine.offset, metadata: damaged))
                #expect(outcome(world).refusal != nil, "byte \(index) as \(byte)")
            }
            set(.init(offset: mine.offset, metadata: Array(text[..<index])))
            #expect(outcome(world).refusal != nil, "cut at \(index)")
        }
        set(mine)
        expectRightOrRefused(world, right, "untouched")
    }

    /// With a key nobody else makes what is taken for state, and nothing is taken without it.
    @Test func aKeySealsTheState() throws {
        let key = Array("sixteen bytes at least".utf8)
        let world = try Self.world(key: key)
        let right = try #require(outcome(world).state)
        for other in [nil, Array("another key, as long".utf8)] as [[UInt8]?] {
            world.cluster.key = other
            #expect(outcome(world).refusal?.message.contains("another `kafka.state_key`") == true)
        }
        world.cluster.key = key
        var (place, manifest) = try Self.latestManifest(world)
        // By somebody who knows everything but the key.
        manifest.cluster.key = nil
        manifest.digest &+= 1
        world.log.append(.init(key: place, value: manifest.encoded), to: world.topics.state, 0)
        #expect(outcome(world).state == right)
        let plain = try Self.world()
        #expect(outcome(plain).state == right)
        plain.cluster.key = key
        #expect(outcome(plain).refusal?.message.contains("another `kafka.state_key`") == true)
    }

    private static func latestManifest(_ world: MemoryWorld) throws -> (key: [UInt8], manifest: Manifest) {
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        let found = try #require(records.last { $0.record.key?.contains(UInt8(ascii: "m")) ?? false })
        return (found.record.key!, try Manifest(decoding: found.record.value!, world.cluster))
    }

    /// Manifests with right checksums and one wrong number; many copies; another cluster's.
    @Test func forgedManifests() throws {
        let world = try Self.world()
        let right = try calm(world)
        let (key, manifest) = try Self.latestManifest(world)
        let changes: [(String, (inout Manifest, UInt64) -> Void)] = [
            ("sequence", { $0.sequence = $1 }), ("offset", { $0.inputOffset = Int64(bitPattern: $1) }),
            ("slot", { $0.slot = UInt8(truncatingIfNeeded: $1) }), ("bytes", { $0.byteCount = Int(clamping: $1) }),
            ("digest", { $0.digest = $1 }), ("events", { $0.events = $1 }), ("numerics", { $0.numerics = $1 }),
            ("fingerprint", { $0.fingerprint = $1 }), ("chunk", { $0.chunkHashes[0] = $1 }),
            ("hash", { $0.stateHash[Int($1 % 32)] ^= 1 }), ("chunks", { $0.chunkHashes += [$1] }),
        ]
        var cases = 0
        for (name, change) in changes {
            for value in Self.extremes {
                var forged = manifest
                change(&forged, value)
                world.log.append(.init(key: key, value: forged.encoded), to: world.topics.state, 0)
                expectRightOrRefused(world, right, "manifest \(name) = \(value)")
                cases += 1
            }
        }
        for _ in 0..<500 { world.log.append(.init(key: key, value: manifest.encoded), to: world.topics.state, 0) }
        expectRightOrRefused(world, right, "500 copies")
        print("forged manifests: \(cases) cases")
    }

    @Test func aManifestOfAnotherClusterIsRefused() throws {
        let world = try Self.world()
        let (offset, metadata) = try #require(try world.metadata())
        let (key, manifest) = try Self.latestManifest(world)
        var forged = manifest
        forged.cluster = "elsewhere"
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        let chunk = try #require(
            records.last { $0.record.key == SnapshotChunks.chunkKey(partition: 0, slot: manifest.slot, index: 0) })
        var later = metadata
        later.stateLowerBound = world.log.end(world.topics.state, 0)
        world.log.append(chunk.record, to: world.topics.state, 0)
        world.log.append(.init(key: key, value: forged.encoded), to: world.topics.state, 0)
        let place = OffsetMetadata.Place(
            cluster: world.cluster, topic: world.topics.input, partition: 0, offset: offset)
        world.log.setCommitted(
            .init(offset: offset, metadata: later.encoded(for: place)), world.topics.group, world.topics.input, 0)
        #expect(outcome(world).refusal?.message.contains("cluster elsewhere") == true)
    }

    /// Every byte of the newest chunk and manifest damaged; records of another partition in between.
    @Test func damagedStateRecords() throws {
        let world = try Self.world()
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        let others = try world.log.read(world.topics.state, 1, from: 0).records
        let dice = CounterRandom(seed: 5, component: 1, task: 0)
        let record = { (round: Int, isDamaged: Bool) in
            let pick = { (draw: UInt64, count: Int) in
                Int(dice.uniform(event: UInt64(round), draw: draw) * Double(count))
            }
            var record = (round % 3 == 0 ? others[pick(0, others.count)] : records[pick(0, records.count)]).record
            if isDamaged, round % 3 != 0, var value = record.value, !value.isEmpty {
                value[pick(1, value.count)] ^= UInt8(1 << pick(2, 8))
                if round % 5 == 0 { value = Array(value.prefix(pick(3, value.count))) }
                record.value = value
            }
            return record
        }
        // As many records, and whole: what is read at once counts too.
        let whole = try Self.world()
        for round in 0..<700 { whole.log.append(record(round, false), to: whole.topics.state, 0) }
        let right = try calm(whole)
        for round in 0..<700 {
            world.log.append(record(round, true), to: world.topics.state, 0)
            expectRightOrRefused(world, right, "damage \(round)")
        }
    }
}
