import EventFormats
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// When snapshots are taken: within their budget, complete before they count, in slots that never overwrite the newest.
@Suite struct SnapshotScheduleTests {
    /// A pipeline whose state has about that many bytes, and its schedule.
    private func make(maxBytes: Int = 0) throws -> (Pipeline, SnapshotSchedule, ManualClock) {
        let topology = try PartitionTaskTests.topology("logistic_regression")
        let clock = ManualClock()
        let schedule = SnapshotSchedule(partition: 0, topology: topology, cluster: "c", now: clock.now)
        return (Pipeline(plan: topology.pipeline), schedule, clock)
    }

    private func learn(_ pipeline: Pipeline) {
        let event = Event(width: pipeline.plan.schema.width)
        for slot in 0..<pipeline.plan.schema.width { event.slots[slot] = Double(slot) }
        event.label = .index(1)
        _ = pipeline.step(.event(event))
    }

    private func manifest(slot: UInt8, bytes: Int) -> Manifest {
        Manifest(
            sequence: 41, inputOffset: 0, slot: slot, state: [UInt8](repeating: 0, count: bytes), digest: 0, events: 0,
            fingerprint: 0, topology: "", cluster: "c")
    }

    private func manifests(_ records: [StateRecord]) throws -> [Manifest] {
        try records.filter(\.isManifest).map { try Manifest(decoding: $0.value, "c") }
    }

    @Test(arguments: 0..<20) func budgetSlotsAndBoundsHold(seed: UInt64) throws {
        let (pipeline, schedule, clock) = try make()
        var dice = Dice(seed: seed)
        var sequence: UInt64 = 0
        var offset: Int64 = 0
        var end: Int64 = 0
        var scheduled = 0
        var kept: [(slot: UInt8, sequence: UInt64, offset: Int64)] = []
        let start = clock.now
        for _ in 0..<300 {
            for _ in 0..<dice.below(4) {
                learn(pipeline)
                offset += 1
            }
            clock.advance(by: .milliseconds(dice.below(600)))
            sequence += 1
            let wish: SnapshotSchedule.Wish = [.none, .asScheduled, .asScheduled, .now, .always][dice.below(5)]
            let isBehind = schedule.isBehind(pipeline)
            let records = schedule.next(
                wish, state: pipeline, sequence: sequence, offset: offset, now: clock.now)
            if wish == .none { #expect(records.isEmpty) }
            if wish == .asScheduled { scheduled += records.reduce(0) { $0 + $1.value.count } }
            #expect(records.isEmpty || isBehind, "what is stored already is not stored again")
            for manifest in try manifests(records) {
                #expect(manifest.sequence == sequence && manifest.inputOffset == offset)
                #expect(manifest.events == pipeline.sequence && manifest.digest == pipeline.rollingDigest)
                #expect(!kept.contains { $0.slot == manifest.slot }, "the two newest snapshots stay whole")
                kept.append((manifest.slot, manifest.sequence, manifest.inputOffset))
                if kept.count > 2 { kept.removeFirst() }
                #expect(schedule.newest == sequence)
                #expect(schedule.olderOffset == kept[0].offset)
                #expect(schedule.lowerBound <= end)
            }
            end += Int64(records.count)
            schedule.sawStateEnd(end)
            #expect(!schedule.isUploading, "a small state goes in one transaction")
        }
        let seconds = Double((clock.now - start).components.seconds) + 1
        #expect(Double(scheduled) <= Double(SnapshotSchedule.budget) * seconds + Double(2 * schedule.newestBytes))
    }

    @Test func afterARestoreTheNextSlotIsAnother() throws {
        let (pipeline, schedule, clock) = try make()
        learn(pipeline)
        schedule.restored(manifest(slot: 2, bytes: 100))
        schedule.resumed(newest: 41, lowerBound: 17, journal: 0, now: clock.now)
        #expect(schedule.newest == 41 && schedule.lowerBound == 17)
        let manifest = try #require(
            try manifests(
                schedule.next(.now, state: pipeline, sequence: 42, offset: 1, now: clock.now)
            ).first)
        #expect(manifest.slot == 0)
        schedule.restored(self.manifest(slot: 0, bytes: SnapshotSchedule.fits + 1))
        learn(pipeline)
        #expect(!schedule.isBehind(pipeline), "too large for one transaction: not as a last word")
    }
}
