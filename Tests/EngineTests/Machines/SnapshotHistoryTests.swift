import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Which snapshots are kept for looking back, and that each of them stays whole until it is given up.
@Suite struct SnapshotHistoryTests {
    private static let hour: Int64 = 3_600_000

    private func kept(_ sequence: UInt64, _ time: Int64, slot: UInt8 = 3) -> KeptSnapshot {
        KeptSnapshot(
            past: PastSnapshot(
                sequence: sequence, inputOffset: Int64(sequence), events: sequence, time: time, stateLowerBound: 7,
                journalLowerBound: 9), slot: slot, chunks: 2, firstSegment: 1)
    }

    @Test func oneAnHourAndFartherApartWhereItIsLong() {
        #expect(!SnapshotHistory(0).isDue(at: 5))
        var week = SnapshotHistory(7 * 24 * Self.hour)
        #expect(week.spacing == Self.hour && week.count == 169)
        #expect(week.isDue(at: .min), "the first of all is kept")
        week.kept = [kept(1, .min)]
        #expect(!week.isDue(at: .min) && week.isDue(at: 0))
        week.kept.append(kept(2, 100))
        #expect(!week.isDue(at: 100 + Self.hour - 1) && week.isDue(at: 100 + Self.hour))
        let year = SnapshotHistory(365 * 24 * Self.hour)
        #expect(year.spacing > 52 * Self.hour - 1 && year.count <= SnapshotHistory.most + 1)
        #expect(SnapshotHistory(1).count == 2)
    }

    /// A record from another century makes one more, takes one place, and nothing else changes.
    @Test(arguments: [Int64.max, 4_000_000_000_000, 0, -1, Int64.min + 1]) func aWildTimeDoesNoHarm(wild: Int64) {
        var history = SnapshotHistory(3 * Self.hour)
        let now: Int64 = 1_800_000_000_000
        history.kept = [kept(1, now)]
        #expect(history.isDue(at: wild))
        history.kept.append(kept(2, wild))
        #expect(!history.isDue(at: wild) && !history.isDue(at: now + 1) && history.isDue(at: now + Self.hour))
        #expect(history.trim().isEmpty)
    }

    /// Of two producers whose clocks are hours apart, the week before stays.
    @Test(arguments: [1, 5, 200]) func clocksThatDiffer(hours: Int64) {
        var history = SnapshotHistory(7 * 24 * Self.hour)
        let start: Int64 = 1_800_000_000_000
        var sequence: UInt64 = 0
        var places: [UInt64: Int64] = [:]
        func go(_ range: Range<Int64>, _ step: Int64, _ ahead: [Int64]) {
            for time in stride(from: range.lowerBound, to: range.upperBound, by: Int64.Stride(step)) {
                sequence += 1
                let ahead = ahead[Int(sequence) % ahead.count]
                guard history.isDue(at: time + ahead) else { continue }
                places[sequence] = time
                history.kept.append(kept(sequence, time + ahead))
                _ = history.trim()
            }
        }
        let week = start..<start + 170 * Self.hour
        go(week, Self.hour / 4, [0])
        #expect(history.kept.count == 169)
        let end = week.upperBound + 24 * Self.hour
        go(week.upperBound..<end, 60_000, [0, hours * Self.hour])
        #expect(history.kept.count == 169)
        // Each clock has its own at the most.
        let oldest = places[history.kept[0].past.sequence] ?? 0
        #expect(oldest <= end - (169 - 24 - 2) * Self.hour, "\((end - oldest) / Self.hour) hours")
    }

    @Test func manyThatAreTooManyGoSomeAtATime() {
        var history = SnapshotHistory(2 * Self.hour)
        history.kept = (1...20).map { kept($0, Int64($0) * Self.hour) }
        #expect([8, 8, 1, 0].allSatisfy { history.trim().count == $0 })
        #expect(history.kept.map(\.past.sequence) == [18, 19, 20])
    }

    @Test func aPlaceIsReadBackAndNotTrusted() throws {
        let place = SnapshotHistory.Place(slot: 2, kept: [kept(4, .min), kept(9, 5, slot: 4)])
        var writer = SnapshotWriter()
        place.write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        #expect(try SnapshotHistory.Place(from: &reader) == place)
        for byte in writer.bytes.indices {
            for value in [UInt8(0x80), 0xff] {
                var bytes = writer.bytes
                bytes[byte] = value
                var reader = SnapshotReader(bytes)
                guard let found = try? SnapshotHistory.Place(from: &reader) else { continue }
                #expect(found.kept.allSatisfy { SnapshotHistory.slots.contains($0.slot) && $0.past.inputOffset >= 0 })
            }
        }
    }

    /// Over a gap nothing of before can be looked at: the next snapshot deletes it, and overwrites none of what it deletes.
    @Test func whatAGapForgetsIsDeleted() throws {
        var topology = try PartitionTaskTests.topology("logistic_regression")
        topology.history = 5 * Self.hour
        let pipeline = Pipeline(plan: topology.pipeline)
        let event = Event(width: topology.pipeline.schema.width)
        let clock = ManualClock()
        let schedule = SnapshotSchedule(partition: 0, topology: topology, cluster: "c", now: clock.now)
        var topic: [[UInt8]: [UInt8]] = [:]
        for sequence in 1...9 as ClosedRange<UInt64> {
            if sequence == 9 { schedule.forgetHistory() }
            event.slots[0] = Double(sequence)
            _ = pipeline.step(.event(event))
            let records = schedule.next(
                .always, state: pipeline, sequence: sequence, offset: Int64(sequence),
                time: Int64(sequence) * Self.hour, now: clock.now)
            for record in records { topic[record.key] = record.isTombstone ? nil : record.value }
        }
        #expect(schedule.kept.map(\.past.sequence) == [9])
        let slot = try #require(schedule.kept.first?.slot)
        let key = SnapshotChunks.manifestKey(partition: 0, slot: slot)
        let found = try Manifest(decoding: try #require(topic[key]), "c")
        #expect(found.sequence == 9 && found.kept == schedule.kept)
        #expect(topic.keys.count { String(decoding: $0, as: UTF8.self).contains("manifest") } == 1)
    }

    /// Hours pass, processes end and others go on: what a compacted topic has is always every kept snapshot, whole, and the two
    /// newest; and never more slots than that.
    @Test(arguments: 0..<10) func whatIsKeptIsWhole(seed: UInt64) throws {
        var topology = try PartitionTaskTests.topology("logistic_regression")
        topology.history = 5 * Self.hour
        let pipeline = Pipeline(plan: topology.pipeline)
        let event = Event(width: topology.pipeline.schema.width)
        let clock = ManualClock()
        var schedule = SnapshotSchedule(partition: 0, topology: topology, cluster: "c", now: clock.now)
        var dice = Dice(seed: seed)
        var topic: [[UInt8]: [UInt8]] = [:]
        var time: Int64 = 1_800_000_000_000
        var newest: Manifest?
        var most = 0
        for sequence in 1...400 as ClosedRange<UInt64> {
            event.slots[0] = Double(sequence)
            event.label = .index(Int32(sequence % 2))
            _ = pipeline.step(.event(event))
            time += Int64(dice.below(40)) * 60_000
            let records = schedule.next(
                .always, state: pipeline, sequence: sequence, offset: Int64(sequence), time: time, now: clock.now)
            for record in records where !record.isLocal { topic[record.key] = record.isTombstone ? nil : record.value }
            for record in records where record.isManifest { newest = try Manifest(decoding: record.value, "c") }
            let found = try #require(newest)
            #expect(found.kept == schedule.kept && found.kept.count <= 6)
            most = max(most, found.kept.count)
            for kept in found.kept {
                let key = SnapshotChunks.manifestKey(partition: 0, slot: kept.slot)
                let manifest = try Manifest(decoding: try #require(topic[key]), "c")
                #expect(manifest.sequence == kept.past.sequence && manifest.inputOffset == kept.past.inputOffset)
                for index in 0..<Int(kept.chunks) {
                    let chunk = try #require(
                        topic[SnapshotChunks.chunkKey(partition: 0, slot: kept.slot, index: index)])
                    #expect(UInt64(littleEndian: chunk.prefix(8)) == kept.past.sequence)
                }
            }
            #expect(topic.keys.count { String(decoding: $0, as: UTF8.self).contains("manifest") } <= 3 + 6)
            guard dice.below(30) == 0 else { continue }
            // Another process.
            schedule = SnapshotSchedule(partition: 0, topology: topology, cluster: "c", now: clock.now)
            schedule.restored(found)
            schedule.resumed(newest: found.sequence, lowerBound: 0, journal: 0, now: clock.now)
        }
        #expect(most == 6)
        // Without the key everything that was kept is given up.
        topology.history = 0
        schedule = SnapshotSchedule(partition: 0, topology: topology, cluster: "c", now: clock.now)
        schedule.restored(try #require(newest))
        event.slots[0] = -1
        _ = pipeline.step(.event(event))
        let last = schedule.next(.always, state: pipeline, sequence: 500, offset: 500, time: time, now: clock.now)
        for record in last { topic[record.key] = record.isTombstone ? nil : record.value }
        #expect(schedule.kept.isEmpty)
        #expect(topic.keys.count { String(decoding: $0, as: UTF8.self).contains("manifest") } <= 3)
    }
}
