/// Entries of a `LabelJoin` and rows, as they are stored: at most 512 KiB, written once.
///
/// Layout: number, bytes of a row, counts of entries and of rows (20 bytes); 68 bytes an entry; the rows.
public struct LabelSegment: Sendable, Equatable {
    /// At most so many bytes, except for a single row that is longer.
    public static let mostBytes = (512 << 10) - 64
    static let headBytes = 20
    static let entryBytes = 68

    /// Rises by one from segment to segment of a task.
    public var number: UInt32
    /// What is to be stored.
    public var bytes: [UInt8]

    /// What a snapshot names it by.
    public var hash: UInt64 { bytes.withUnsafeBytes { Self.hash($0) } }

    /// A segment's stored bytes.
    public init(number: UInt32, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(bytes.count)
        var place = 0
        while place + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0xd1b5_4a32_d192_ed03
            hash ^= hash >> 29
            place += 8
        }
        while place < bytes.count {
            hash = (hash ^ UInt64(bytes[place])) &* 0xd1b5_4a32_d192_ed03
            place += 1
        }
        return StableHash.mix(hash)
    }

    /// Fills one segment.
    struct Builder {
        let number: UInt32
        private let rowBytes: Int
        private var entries = SnapshotWriter()
        private var rows: [UInt8] = []
        private(set) var entryCount = 0
        private(set) var rowCount = 0

        init(number: UInt32, rowBytes: Int) {
            self.number = number
            self.rowBytes = rowBytes
        }

        /// There is room for one more, with its row.
        var hasRoom: Bool {
            entryCount == 0
                || headBytes + (entryCount + 1) * entryBytes + rows.count + rowBytes <= mostBytes && rowCount < 65_000
        }

        mutating func add(row: UnsafeRawPointer) -> SegmentPlace {
            rows.append(contentsOf: UnsafeRawBufferPointer(start: row, count: rowBytes))
            rowCount += 1
            return SegmentPlace(segment: number, item: UInt16(rowCount - 1))
        }

        mutating func add(_ record: WaitingRecord) -> SegmentPlace {
            entries.write(record.key.high)
            entries.write(record.key.low)
            entries.write(record.sequence)
            entries.write(record.time)
            entries.write(record.due)
            entries.write(record.label.classIndex)
            entries.write(record.label.target)
            entries.write(record.rowHash)
            entries.write(record.storedRow.segment)
            entries.write(record.storedRow.item)
            entries.write(record.state.rawValue)
            entries.write(UInt8(record.withdraws ? 1 : 0) | UInt8(record.isRemembered ? 2 : 0))
            entryCount += 1
            return SegmentPlace(segment: number, item: UInt16(entryCount - 1))
        }

        /// The finished segment, all of it alive.
        func finish(at place: Int64) -> (LabelSegment, StoredSegments.Segment) {
            var writer = SnapshotWriter(reserving: headBytes + entries.bytes.count + rows.count)
            writer.write(number)
            writer.write(UInt64(rowBytes))
            writer.write(UInt32(entryCount))
            writer.write(UInt32(rowCount))
            let bytes = writer.bytes + entries.bytes + rows
            let stored = StoredSegments.Segment(
                place: place, hash: LabelSegment(number: number, bytes: bytes).hash, entries: entryCount,
                rows: rowCount,
                alive: StoredSegments.all(entryCount), liveEntries: entryCount, liveRows: rowCount)
            return (LabelSegment(number: number, bytes: bytes), stored)
        }
    }

    /// The segment's part without rows: what a store keeps beside rows of their own.
    public var index: ArraySlice<UInt8> {
        let count = Int(counts.entries)
        return bytes.prefix(Self.headBytes + count * Self.entryBytes)
    }

    private var counts: (entries: UInt32, rows: UInt32) {
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= Self.headBytes else { return (0, 0) }
            return (
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)),
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
            )
        }
    }

    /// Each row with its number in the segment.
    public func forEachRow(_ body: (UInt16, UnsafeRawBufferPointer) -> Void) {
        let count = Int(counts.rows), start = index.count
        guard count > 0 else { return }
        let length = (bytes.count - start) / count
        bytes.withUnsafeBytes { bytes in
            for row in 0..<count {
                let place = start + row * length
                body(UInt16(row), UnsafeRawBufferPointer(rebasing: bytes[place..<place + length]))
            }
        }
    }

    /// Reads an index; trusts nothing.
    static func read(
        _ index: ArraySlice<UInt8>, number: UInt32, rowBytes: Int, _ stored: StoredSegments.Segment
    ) throws(SnapshotError) -> [WaitingRecord] {
        var reader = SnapshotReader(Array(index))
        guard try reader.read(UInt32.self) == number, try reader.read(UInt64.self) == UInt64(rowBytes),
            try reader.read(UInt32.self) == UInt32(stored.entries), try reader.read(UInt32.self) == UInt32(stored.rows)
        else { throw SnapshotError("segment \(number) of waiting events is not the one that the snapshot names") }
        var records: [WaitingRecord] = []
        records.reserveCapacity(stored.liveEntries)
        for item in 0..<stored.entries {
            let record = try read(&reader)
            guard stored.holds(UInt16(item)) else { continue }
            records.append(record)
            records[records.count - 1].stored = SegmentPlace(segment: number, item: UInt16(item))
        }
        return records
    }

    private static func read(_ reader: inout SnapshotReader) throws(SnapshotError) -> WaitingRecord {
        var record = WaitingRecord()
        record.key = EventKey(high: try reader.read(), low: try reader.read())
        record.sequence = try reader.read()
        record.time = try reader.read()
        record.due = try reader.read()
        record.label = Label(classIndex: try reader.read(), target: try reader.readDouble())
        record.rowHash = try reader.read()
        record.storedRow = SegmentPlace(segment: try reader.read(), item: try reader.read())
        guard let state = WaitingRecord.State(rawValue: try reader.read()), state != .free else {
            throw SnapshotError("the snapshot has a waiting event in a state that does not exist")
        }
        record.state = state
        let flags = try reader.read(UInt8.self)
        record.withdraws = flags & 1 != 0
        record.isRemembered = flags & 2 != 0
        guard record.hasRow == !record.storedRow.isNone, state != .open || record.hasRow,
            state != .early || !record.hasRow
        else { throw SnapshotError("the snapshot has a waiting event whose row does not fit") }
        return record
    }
}
