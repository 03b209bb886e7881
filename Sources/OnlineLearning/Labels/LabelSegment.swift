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
        private var entries: [UInt8] = []
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
            withUnsafeTemporaryAllocation(byteCount: entryBytes, alignment: 8) { entry in
                LabelSegment.store(record, in: entry)
                entries.append(contentsOf: entry)
            }
            entryCount += 1
            return SegmentPlace(segment: number, item: UInt16(entryCount - 1))
        }

        /// The finished segment, all of it alive.
        func finish(at place: Int64) -> (LabelSegment, StoredSegments.Segment) {
            var writer = SnapshotWriter(reserving: headBytes)
            writer.write(number)
            writer.write(UInt64(rowBytes))
            writer.write(UInt32(entryCount))
            writer.write(UInt32(rowCount))
            var bytes: [UInt8] = []
            bytes.reserveCapacity(headBytes + entries.count + rows.count)
            for part in [writer.bytes, entries, rows] { bytes += part }
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

    /// So many rows at a time, the rest at the end, each with the number of its first in the segment.
    public func forEachRows(_ most: Int, _ body: (UInt16, UnsafeRawBufferPointer) -> Void) {
        let count = Int(counts.rows), start = index.count
        guard count > 0 else { return }
        let length = (bytes.count - start) / count
        bytes.withUnsafeBytes { bytes in
            for row in stride(from: 0, to: count, by: most) {
                let end = start + min(row + most, count) * length
                body(UInt16(row), UnsafeRawBufferPointer(rebasing: bytes[start + row * length..<end]))
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
        guard reader.remaining >= stored.entries * entryBytes else {
            throw SnapshotError("segment \(number) of waiting events ends too early")
        }
        var records: [WaitingRecord] = []
        records.reserveCapacity(stored.liveEntries)
        index.withUnsafeBytes { bytes in
            for item in 0..<stored.entries where stored.holds(UInt16(item)) {
                let start = headBytes + item * entryBytes
                var record = load(UnsafeRawBufferPointer(rebasing: bytes[start..<start + entryBytes]))
                record.stored = SegmentPlace(segment: number, item: UInt16(item))
                records.append(record)
            }
        }
        for record in records {
            guard record.state != .free else {
                throw SnapshotError("the snapshot has a waiting event in a state that does not exist")
            }
            guard record.hasRow == !record.storedRow.isNone, record.state != .open || record.hasRow else {
                throw SnapshotError("the snapshot has a waiting event whose row does not fit")
            }
        }
        return records
    }

    // MARK: Entries

    /// Fills an entry's bytes.
    private static func store(_ record: WaitingRecord, in entry: UnsafeMutableRawBufferPointer) {
        func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, _ place: Int) {
            entry.storeBytes(of: value.littleEndian, toByteOffset: place, as: Value.self)
        }
        store(record.key.high, 0)
        store(record.key.low, 8)
        store(record.sequence, 16)
        store(record.time, 24)
        store(record.due, 32)
        store(record.label.classIndex, 40)
        store(record.label.target.bitPattern, 44)
        store(record.rowHash, 52)
        store(record.storedRow.segment, 60)
        store(record.storedRow.item, 64)
        store(record.state.rawValue, 66)
        store(UInt8(record.withdraws ? 1 : 0) | UInt8(record.isRemembered ? 2 : 0), 67)
    }

    /// An entry of these bytes; a state that does not exist is `.free`.
    private static func load(_ entry: UnsafeRawBufferPointer) -> WaitingRecord {
        func load<Value: FixedWidthInteger & BitwiseCopyable>(_ place: Int) -> Value {
            Value(littleEndian: entry.loadUnaligned(fromByteOffset: place, as: Value.self))
        }
        var record = WaitingRecord()
        record.key = EventKey(high: load(0), low: load(8))
        record.sequence = load(16)
        record.time = load(24)
        record.due = load(32)
        record.label = Label(classIndex: load(40), target: Double(bitPattern: load(44)))
        record.rowHash = load(52)
        record.storedRow = SegmentPlace(segment: load(60), item: load(64))
        record.state = WaitingRecord.State(rawValue: load(66)) ?? .free
        let flags: UInt8 = load(67)
        record.withdraws = flags & 1 != 0
        record.isRemembered = flags & 2 != 0
        return record
    }
}
