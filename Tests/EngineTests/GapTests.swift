import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Where the input does not hold what comes after the committed offset: an end that names the commands, or the model goes
/// on from its snapshot.
@Suite struct GapTests {
    private func world(_ onGap: TopologyPlan.OnGap, records: Int) throws -> MemoryWorld {
        var topology = try PartitionTaskTests.topology("logistic_regression")
        topology.onGap = onGap
        let world = MemoryWorld(topology)
        for row in 0..<records { WorkerSessionTests.append(row, to: world) }
        return world
    }

    private func committed(_ world: MemoryWorld) -> Int64 {
        world.log.committed(world.topics.group, world.topics.input, 0)?.offset ?? -1
    }

    /// Learns what is there and ends.
    private func live(_ world: MemoryWorld) -> (error: EngineError?, state: [UInt8], events: UInt64) {
        let life = world.life()
        world.giveAll(to: life)
        let end = world.log.end(world.topics.input, 0)
        world.run(life, turns: 1000) { committed(world) == end && life.session.tasks[0]?.isSettled ?? false }
        life.stop.request()
        world.run(life) { false }
        let task = life.session.tasks[0]
        return (life.error, task?.stateBytes() ?? [], task?.pipeline.sequence ?? 0)
    }

    enum Fault: CaseIterable { case retention, offsetsSet, offsetsDeleted }

    /// 600 events learned, then the fault, then the rest.
    private func suffer(_ fault: Fault, _ onGap: TopologyPlan.OnGap) throws -> (
        MemoryWorld, EngineError?, [UInt8], UInt64
    ) {
        let world = try world(onGap, records: 600)
        #expect(live(world).error == nil)
        for row in 600..<1000 { WorkerSessionTests.append(row, to: world) }
        switch fault {
        case .retention: world.log.trim(world.topics.input, 0, before: 800)
        case .offsetsSet: world.log.setCommitted(.init(offset: 800), world.topics.group, world.topics.input, 0)
        case .offsetsDeleted:
            world.log.setCommitted(nil, world.topics.group, world.topics.input, 0)
            world.log.trim(world.topics.input, 0, before: 800)
        }
        let second = live(world)
        return (world, second.error, second.state, second.events)
    }

    @Test(arguments: Fault.allCases) func stopsAndNamesTheCommands(fault: Fault) throws {
        let (world, error, _, _) = try suffer(fault, .stop)
        let message = try #require(error?.message)
        #expect(error?.kind == .data && error?.isTransient == false)
        #expect(message.contains("millrace run \(world.topics.file) --set on_gap=continue_from_snapshot"), "\(message)")
        #expect(message.contains("millrace reset \(world.topics.file)"), "\(message)")
        #expect(message.contains("goes on at offset 800"), "\(message)")
    }

    @Test(arguments: Fault.allCases) func goesOnFromTheSnapshot(fault: Fault) throws {
        let (world, error, state, events) = try suffer(fault, .continueFromSnapshot)
        #expect(error == nil, "\(String(describing: error))")
        #expect(events == 800 && committed(world) == 1000)
        #expect(try world.metadata()?.metadata.carried == 600)
        #expect(try world.predicted().suffix(200).elementsEqual((800..<1000).map(Int64.init)))
        // The state is that of a run that met exactly those events.
        let calm = try self.world(.stop, records: 0)
        for row in Array(0..<600) + Array(800..<1000) { WorkerSessionTests.append(row, to: calm) }
        #expect(live(calm).state == state)
        // And it comes back from there without a word, also after further events.
        for row in 1000..<1100 { WorkerSessionTests.append(row, to: world) }
        let again = live(world)
        #expect(again.error == nil && again.events == 900)
    }

    /// The log begins behind the snapshot, and the committed offset is still in it.
    @Test func aReplayThatIsNotThereAnyMore() throws {
        for onGap in TopologyPlan.OnGap.allCases {
            let world = try world(onGap, records: 600)
            let life = world.life()
            world.giveAll(to: life)
            world.run(life, turns: 1000) { committed(world) == 600 }
            // Killed: no last snapshot. Its newest one is older than what is committed.
            for row in 600..<700 { WorkerSessionTests.append(row, to: world) }
            world.run(life, turns: 1000) { committed(world) == 700 }
            let metadata = try #require(try world.metadata()).metadata
            let isBehind = metadata.snapshot < metadata.sequence
            world.log.trim(world.topics.input, 0, before: 700)
            let next = live(world)
            guard isBehind else { continue }
            #expect((next.error == nil) == (onGap == .continueFromSnapshot), "\(String(describing: next.error))")
            if let error = next.error { #expect(error.message.contains("on_gap=continue_from_snapshot")) }
        }
    }

    @Test func carriedEventsSurviveTheMetadata() throws {
        var metadata = OffsetMetadataTests.full
        metadata.carried = 45_000
        let place = OffsetMetadataTests.place
        let encoded = metadata.encoded(for: place)
        #expect(encoded.count <= 256)
        #expect(try OffsetMetadata(encoded: encoded, for: place) == metadata)
        // Recreated: offsets begin anew, and more events were learned than there are offsets.
        let low = OffsetMetadata.Place(cluster: "c", topic: "in", partition: 3, offset: 400)
        metadata.crashed = []
        #expect(try OffsetMetadata(encoded: metadata.encoded(for: low), for: low).events == 45_312)
        metadata.carried = 44_000
        #expect(throws: OffsetMetadata.Refusal.self) {
            try OffsetMetadata(encoded: metadata.encoded(for: low), for: low)
        }
        metadata.carried = 46_000
        #expect(throws: OffsetMetadata.Refusal.self) {
            try OffsetMetadata(encoded: metadata.encoded(for: low), for: low)
        }
    }

    @Test func aTopologySaysWhatIsDone() throws {
        func check(_ value: String?) -> (TopologyPlan?, [Finding]) {
            let key = value.map { "on_gap: \($0)\n" } ?? ""
            let text = "name: a\ninput: {topic: in}\nfeatures: {x: numeric}\nlabel: {field: y, type: binary}\n" + key
            return TopologyFile.check(text: text, file: "a.yaml", environment: [:])
        }
        #expect(check(nil).0?.onGap == .stop && check("stop").0?.onGap == .stop)
        #expect(check("continue_from_snapshot").0?.onGap == .continueFromSnapshot)
        let finding = try #require(check("continue").1.first)
        #expect(finding.description.contains("a.yaml:5:9: 'on_gap'"), "\(finding)")
    }

    // MARK: Partitions that came later

    @Test func aPartitionThatTheTopicsLackWaitsAndTheOthersAreServed() throws {
        let world = try WorkerSessionTests.world(2, records: 200)
        world.lacking = [1: ["t-state"]]
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { committed(world) == 100 }
        #expect(committed(world) == 100 && life.session.tasks[1]?.phase == .withheld)
        world.run(life, turns: 50) { false }
        #expect(world.log.committed(world.topics.group, world.topics.input, 1) == nil)
        #expect(!life.status.isReady && life.status.read().tasks[1]?.state == .withheld)
        world.lacking = [:]
        world.run(life, turns: 2000) { world.log.committed(world.topics.group, world.topics.input, 1)?.offset == 100 }
        #expect(try world.predicted(1) == (0..<100).map(Int64.init) && life.error == nil)
    }
}
