import Testing

@testable import OnlineLearning

/// Events that wait, in segments: each written once, found again, and trusted in nothing.
@Suite struct LabelSegmentTests {
    private static let rules = LabelRules(within: 1000, lateWithin: 500)

    private func fill(_ table: WaitingTable, _ range: Range<Int>) {
        for number in range {
            _ = table.add(
                WaitingRecord(
                    key: EventKey(high: 1, low: UInt64(number)), sequence: UInt64(number), time: Int64(number),
                    due: Int64(number) + 1000, state: .open)
            ) { row in
                for word in 0..<10 { row.storeBytes(of: number * 10 + word, toByteOffset: word * 8, as: Int.self) }
            }
        }
    }

    @Test func onlyWhatIsNewIsWritten() {
        let table = WaitingTable(rowBytes: 80)
        fill(table, 0..<20_000)
        let first = table.seal(at: 3).segments
        #expect(first.count > 4 && first.allSatisfy { $0.bytes.count <= 512 << 10 })
        #expect(first.reduce(0) { $0 + $1.bytes.count } < 20_000 * 148 + 10_000)
        #expect(table.seal(at: 4).segments.isEmpty)
        fill(table, 20_000..<20_100)
        table.update(table.find(EventKey(high: 1, low: 5))) { $0.label = Label(classIndex: 1) }
        let second = table.seal(at: 5).segments
        #expect(second.count == 1 && second[0].bytes.count < 102 * 148)
    }

    @Test func whatIsDeadIsDeletedTwoSnapshotsLater() {
        let table = WaitingTable(rowBytes: 80)
        fill(table, 0..<100)
        #expect(table.seal(at: 0).segments.map(\.number) == [1])
        fill(table, 100..<200)
        for number in 0..<100 { table.remove(table.find(EventKey(high: 1, low: UInt64(number)))) }
        // The snapshot before this one lists it.
        #expect(table.seal(at: 0).deleted.isEmpty && table.segments.numbers == [2])
        #expect(table.seal(at: 0).deleted == [1])
        #expect(table.seal(at: 0).deleted.isEmpty)
    }

    /// What is left of many is written together, so that a restore does not read the dead.
    @Test func sparseSegmentsAreWrittenAnew() {
        let table = WaitingTable(rowBytes: 80)
        fill(table, 0..<40_000)
        _ = table.seal(at: 0)
        let before = table.segments.numbers.count
        for number in 0..<40_000 where number % 10 != 0 {
            table.remove(table.find(EventKey(high: 1, low: UInt64(number))))
        }
        let sum = table.sum
        _ = table.seal(at: 0)
        _ = table.seal(at: 0)
        #expect(table.segments.numbers.count <= before / 9 + 1 && table.sum == sum && table.count == 4000)
        let row = table.row(table.find(EventKey(high: 1, low: 39_990)))
        #expect(row?.load(fromByteOffset: 8, as: Int.self) == 399_901)
    }

    /// A changed byte anywhere is refused, and so is another segment in its place.
    @Test func damageIsRefused() throws {
        let join = LabelJoin(rules: Self.rules, rowBytes: 80)
        fill(join.table, 0..<50)
        let (segments, _) = join.table.seal(at: 9)
        var writer = SnapshotWriter()
        join.write(to: &writer)
        join.writeStorage(to: &writer)
        let whole = writer.bytes
        func restore(_ segment: LabelSegment, _ bytes: [UInt8]? = nil) throws {
            let fresh = LabelJoin(rules: Self.rules, rowBytes: 80)
            var reader = SnapshotReader(bytes ?? whole)
            try fresh.read(from: &reader)
            try fresh.readStorage(from: &reader)
            try fresh.table.take(segment, &fresh.loading)
            try fresh.checkSegments()
            #expect(fresh.waiting == 50 && fresh.table.sum == join.table.sum)
        }
        try restore(segments[0])
        for place in stride(from: 0, to: segments[0].bytes.count, by: 7) {
            var damaged = segments[0]
            damaged.bytes[place] ^= 0x20
            #expect(throws: SnapshotError.self) { try restore(damaged) }
        }
        for count in [0, 1, 19, 20, 100] {
            let short = LabelSegment(number: 1, bytes: Array(segments[0].bytes.prefix(count)))
            #expect(throws: SnapshotError.self) { try restore(short) }
        }
        #expect(throws: SnapshotError.self) { try restore(LabelSegment(number: 2, bytes: segments[0].bytes)) }
        // Counts of what happened are only counts, a place is anybody's, and any flag is one: all else is refused.
        for place in 88..<writer.bytes.count where !(124..<132).contains(place) && place != 140 {
            var damaged = writer.bytes
            damaged[place] ^= 0x11
            #expect(throws: SnapshotError.self, "byte \(place)") { try restore(segments[0], damaged) }
        }
    }

    @Test func rowsOfOneSizeComeAndGoInBlocks() {
        let arena = RowArena(rowBytes: 1000)
        let first = (0..<1000).map { arena.make(owner: Int32($0)) }
        let held = arena.memoryBytes
        for row in first where row % 2 == 0 { arena.free(row) }
        _ = (0..<500).map { arena.make(owner: Int32(5000 + $0)) }
        #expect(arena.memoryBytes == held)
        for block in 0..<arena.blockCount { arena.release(block) }
        #expect(arena.memoryBytes < held / 10)
        let again = arena.make(owner: 7)
        #expect(arena.owner(of: again) == 7 && arena.blockCount > 1)
    }
}
