/// Which segments of stored entries there are, and what of them is still of use.
///
/// A segment is written once. An entry that changes is written anew, and its former item is dead; a row is written once and
/// its place named by its entry. Numbers rise; a segment without anything alive is retired: no later snapshot lists it, and
/// two snapshots later it is deleted. Cost of a death: constant. Memory: some bytes and a bit an item a segment.
struct StoredSegments {
    struct Segment: Equatable {
        /// Where it may be found: whatever the keeper said.
        var place: Int64
        /// Of its bytes.
        var hash: UInt64
        var entries: Int
        var rows: Int
        /// A bit for each entry.
        var alive: [UInt64]
        var liveEntries: Int
        var liveRows = 0

        var isGone: Bool { liveEntries == 0 && liveRows == 0 }

        func holds(_ item: UInt16) -> Bool { alive[Int(item) / 64] & 1 << UInt64(item % 64) != 0 }
    }

    /// The number of the first of `list`.
    private(set) var first: UInt32 = 1
    private(set) var list: [Segment] = []
    /// Numbers that the newest snapshot does not list, and the one before may.
    private(set) var retired: [UInt32] = []
    /// Entries and rows in the segments, and those of them that are alive.
    private(set) var items = 0
    private(set) var liveItems = 0

    var next: UInt32 { first + UInt32(list.count) }
    /// Numbers of the segments that a restore reads: all that were not retired.
    var numbers: [UInt32] { list.indices.filter { list[$0].entries > 0 }.map { first + UInt32($0) } }

    subscript(number: UInt32) -> Segment? {
        guard number >= first, number < next else { return nil }
        return list[Int(number - first)]
    }

    mutating func add(_ segment: Segment) {
        list.append(segment)
        items += segment.entries + segment.rows
        liveItems += segment.liveEntries + segment.liveRows
    }

    mutating func dropEntry(_ place: SegmentPlace) {
        guard !place.isNone else { return }
        let index = Int(place.segment - first)
        list[index].alive[Int(place.item) / 64] &= ~(1 << UInt64(place.item % 64))
        list[index].liveEntries -= 1
        liveItems -= 1
    }

    mutating func dropRow(_ place: SegmentPlace) {
        guard !place.isNone else { return }
        list[Int(place.segment - first)].liveRows -= 1
        liveItems -= 1
    }

    /// A restored entry names this row; false: there is no such segment.
    mutating func keepRow(_ place: SegmentPlace) -> Bool {
        guard place.segment >= first, place.segment < next,
            Int(place.item) < list[Int(place.segment - first)].rows
        else { return false }
        list[Int(place.segment - first)].liveRows += 1
        liveItems += 1
        return true
    }

    /// So little of a segment is alive that its rest should be written anew.
    func isSparse(_ number: UInt32) -> Bool {
        guard let segment = self[number] else { return false }
        return 2 * (segment.liveEntries + segment.liveRows) < segment.entries + segment.rows
    }

    /// A snapshot begins: what it will not list. Gives the numbers that no kept snapshot lists once it is complete.
    mutating func retire() -> [UInt32] {
        let deleted = retired
        retired = []
        for index in list.indices where list[index].isGone && list[index].entries > 0 {
            retired.append(first + UInt32(index))
            items -= list[index].entries + list[index].rows
            list[index] = Segment(place: 0, hash: 0, entries: 0, rows: 0, alive: [], liveEntries: 0)
        }
        let empty = list.prefix { $0.isGone }.count
        list.removeFirst(empty)
        first += UInt32(empty)
        return deleted
    }

    /// All of them are somewhere else.
    mutating func move(to place: Int64) {
        for index in list.indices where list[index].entries > 0 { list[index].place = place }
    }

    // MARK: Snapshots

    func write(to writer: inout SnapshotWriter) {
        writer.write(first)
        writer.write(UInt32(list.count))
        writer.write(UInt32(retired.count))
        for number in retired { writer.write(number) }
        for segment in list {
            writer.write(UInt16(segment.entries))
            guard segment.entries > 0 else { continue }
            writer.write(UInt16(segment.rows))
            writer.write(segment.place)
            writer.write(segment.hash)
            writer.write(segment.liveEntries == segment.entries)
            guard segment.liveEntries != segment.entries else { continue }
            for word in segment.alive { writer.write(word) }
        }
    }

    init() {}

    /// Rows count as dead until `keepRow`.
    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        first = try reader.read()
        let count = try reader.read(UInt32.self)
        for _ in 0..<(try reader.read(UInt32.self)) { retired.append(try reader.read()) }
        guard first > 0, !first.addingReportingOverflow(count).overflow, retired.allSatisfy({ $0 < first + count })
        else { throw SnapshotError("the snapshot's segments have impossible numbers") }
        for _ in 0..<count {
            let entries = Int(try reader.read(UInt16.self))
            guard entries <= LabelSegment.mostBytes / LabelSegment.entryBytes else {
                throw SnapshotError("the snapshot has a segment of \(entries) waiting events")
            }
            var segment = Segment(place: 0, hash: 0, entries: entries, rows: 0, alive: [], liveEntries: 0)
            if entries > 0 {
                segment.rows = Int(try reader.read(UInt16.self))
                segment.place = try reader.read()
                segment.hash = try reader.read()
                segment.alive = Self.all(entries)
                if !(try reader.readBool()) {
                    for word in segment.alive.indices { segment.alive[word] &= try reader.read(UInt64.self) }
                }
                segment.liveEntries = segment.alive.reduce(0) { $0 + $1.nonzeroBitCount }
            }
            add(segment)
        }
    }

    /// A bit for each of so many entries.
    static func all(_ entries: Int) -> [UInt64] {
        var words = [UInt64](repeating: .max, count: (entries + 63) / 64)
        if entries % 64 != 0 { words[words.count - 1] = (1 << UInt64(entries % 64)) - 1 }
        return words
    }
}
