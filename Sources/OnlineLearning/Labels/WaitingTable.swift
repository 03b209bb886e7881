/// Records by id and by due time, in flat memory: a hash index, lines and a heap, and rows of one size in blocks.
///
/// Finding, adding and closing cost a hash, and O(log n) of what falls due out of order; memory grows in steps and never moves
/// rows. Not thread-safe: one task owns it.
final class WaitingTable {
    /// Records of one block.
    private static let blockShift = 10
    private static let blockRecords = 1 << blockShift

    let rows: RowArena
    var rowBytes: Int { rows.rowBytes }
    let hashedBytes: Int
    @exclusivity(unchecked) private var blocks: [UnsafeMutablePointer<WaitingRecord>] = []
    @exclusivity(unchecked) private var recordsMade: Int32 = 0
    @exclusivity(unchecked) private var firstFree: Int32 = -1
    /// Records in use.
    @exclusivity(unchecked) private(set) var count = 0
    /// The sum of their hashes.
    @exclusivity(unchecked) private(set) var sum: UInt64 = 0
    /// Open addressing: record + 1, 0 is free; a power of two.
    @exclusivity(unchecked) private var index: [Int32]
    /// By due time: most records fall due in the order in which they came, and the rest stands in a heap.
    @exclusivity(unchecked) var lines = [DueLine(), DueLine()]
    @exclusivity(unchecked) var heap: [Int32] = []
    /// What is stored, and records that are not, or not as they are.
    @exclusivity(unchecked) var segments = StoredSegments()
    @exclusivity(unchecked) private(set) var news: [Int32] = []
    @exclusivity(unchecked) private(set) var newRows = 0
    /// Where rows are that are not in memory; nil: all are there.
    @exclusivity(unchecked) var store: (any RowStore)?
    /// The newest segment whose rows the store has.
    @exclusivity(unchecked) var storedUpTo: UInt32 = 0
    let scratch: UnsafeMutableRawBufferPointer
    /// Rows leave memory where more is held.
    @exclusivity(unchecked) var memoryLimit = Int.max
    private(set) var rowsOnDisk = 0
    /// A row could not be read.
    private(set) var fault: String?
    /// The block whose rows leave memory next.
    var hand = 0

    /// - Parameter hashedBytes: of a row, from its beginning: what decides what is learned.
    init(rowBytes: Int, hashedBytes: Int? = nil) {
        rows = RowArena(rowBytes: rowBytes)
        self.hashedBytes = hashedBytes ?? rowBytes
        scratch = .allocate(byteCount: rows.rowBytes, alignment: 16)
        index = [Int32](repeating: 0, count: 64)
    }

    deinit {
        removeAll()
        scratch.deallocate()
    }

    /// What one entry costs beside its row: the record, its place by due time, and its share of an index that is a
    /// quarter to a half full.
    static let bytesPerEntry = 128

    /// Bytes held. Cost: constant.
    var memoryBytes: Int {
        blocks.count * Self.blockRecords * MemoryLayout<WaitingRecord>.stride
            + (index.capacity + heap.capacity + news.capacity + lines.reduce(0) { $0 + $1.capacity }) * 4
            + rows.memoryBytes
    }

    /// What the next segments will have, about.
    var newBytes: Int { news.count * LabelSegment.entryBytes + newRows * rowBytes }

    // MARK: Records

    subscript(_ record: Int32) -> WaitingRecord { at(record).pointee }

    func at(_ record: Int32) -> UnsafeMutablePointer<WaitingRecord> {
        blocks[Int(record) >> Self.blockShift] + Int(record) & (Self.blockRecords - 1)
    }

    /// Changes a record, not its id.
    ///
    /// - Parameter dropsRow: its event will not be learned any more.
    func update(_ record: Int32, dropsRow: Bool = false, _ body: (inout WaitingRecord) -> Void = { _ in }) {
        let place = at(record)
        sum &-= place.pointee.hash
        if dropsRow {
            forgetRow(record)
            place.pointee.rowHash = 0
            place.pointee.row = -1
            place.pointee.storedRow = SegmentPlace()
        }
        body(&place.pointee)
        sum &+= place.pointee.hash
        note(record)
    }

    /// It is not stored as it is.
    private func note(_ record: Int32) {
        let place = at(record)
        segments.dropEntry(place.pointee.stored)
        place.pointee.stored = SegmentPlace()
        guard !place.pointee.isNew else { return }
        place.pointee.isNew = true
        // One that was removed and came again stands there twice.
        if news.count > 2 * count + 1024 { thinNews() }
        news.append(record)
    }

    private func thinNews() {
        let kept = takeEachNew()
        for record in kept { at(record).pointee.isNew = true }
        news = kept
    }

    private func takeEachNew() -> [Int32] {
        news.filter { record in
            defer { at(record).pointee.isNew = false }
            return at(record).pointee.isNew
        }
    }

    /// Records in use, in no order that means anything.
    var living: some Sequence<Int32> {
        [heap[...], lines[0].records, lines[1].records].joined().lazy.filter { $0 >= 0 }
    }

    /// The record of an id, or -1.
    func find(_ key: EventKey) -> Int32 {
        var place = Int(truncatingIfNeeded: key.low) & (index.count - 1)
        while index[place] != 0 {
            let record = index[place] - 1
            if at(record).pointee.key == key { return record }
            place = (place + 1) & (index.count - 1)
        }
        return -1
    }

    /// Adds a record without a row under its id, which no other has. Returns where it stands.
    func add(_ value: WaitingRecord) -> Int32 {
        let record = restore(value)
        note(record)
        return record
    }

    /// The same with a row, which `write` fills.
    func add(_ value: WaitingRecord, write: (UnsafeMutableRawPointer) -> Void) -> Int32 {
        let record = room()
        at(record).pointee = value
        newRows += 1
        let row = makeRow(record)
        write(row)
        at(record).pointee.rowHash = hash(ofRow: row)
        enter(new: record)
        note(record)
        return record
    }

    /// Adds a stored record; its row comes by `takeRow`, or stays on disk.
    func restore(_ value: WaitingRecord) -> Int32 {
        let record = room()
        at(record).pointee = value
        enter(new: record)
        return record
    }

    private func enter(new record: Int32) {
        sum &+= at(record).pointee.hash
        count += 1
        if count * 2 > index.count { growIndex() }
        enter(record)
        push(record)
    }

    private func room() -> Int32 {
        if firstFree >= 0 {
            defer { firstFree = at(firstFree).pointee.row }
            return firstFree
        }
        if Int(recordsMade) == blocks.count * Self.blockRecords {
            let block = UnsafeMutablePointer<WaitingRecord>.allocate(capacity: Self.blockRecords)
            block.initialize(repeating: WaitingRecord(), count: Self.blockRecords)
            blocks.append(block)
        }
        recordsMade += 1
        return recordsMade - 1
    }

    /// Makes room for so many.
    func reserve(_ wanted: Int) {
        var size = index.count
        while wanted * 2 > size { size *= 2 }
        guard size > index.count else { return }
        growIndex(to: size)
        lines[0].reserve(wanted)
    }

    private func enter(_ record: Int32) {
        var place = Int(truncatingIfNeeded: at(record).pointee.key.low) & (index.count - 1)
        while index[place] != 0 { place = (place + 1) & (index.count - 1) }
        index[place] = record + 1
    }

    /// Takes it out of the index and moves those behind it up, so that no mark of it stays.
    private func leave(_ record: Int32) {
        let mask = index.count - 1
        var place = Int(truncatingIfNeeded: at(record).pointee.key.low) & mask
        while index[place] != record + 1 { place = (place + 1) & mask }
        var hole = place
        index[hole] = 0
        while true {
            place = (place + 1) & mask
            guard index[place] != 0 else { return }
            let home = Int(truncatingIfNeeded: at(index[place] - 1).pointee.key.low) & mask
            if (place &- home) & mask >= (place &- hole) & mask {
                index[hole] = index[place]
                index[place] = 0
                hole = place
            }
        }
    }

    private func growIndex() { growIndex(to: index.count * 2) }

    private func growIndex(to size: Int) {
        let old = index
        index = [Int32](repeating: 0, count: size)
        for entry in old where entry != 0 { enter(entry - 1) }
    }

    /// Frees a record.
    func remove(_ record: Int32) {
        takeOut(record)
        leave(record)
        sum &-= at(record).pointee.hash
        segments.dropEntry(at(record).pointee.stored)
        forgetRow(record)
        at(record).pointee = WaitingRecord(row: firstFree)
        firstFree = record
        count -= 1
    }

    // MARK: Rows in memory

    /// Gives a record room for its row and returns where that is.
    func makeRow(_ record: Int32) -> UnsafeMutableRawPointer {
        if rows.isFull, memoryBytes > memoryLimit { evict(to: memoryLimit) }
        let row = rows.make(owner: record)
        at(record).pointee.row = row
        return rows.pointer(row)
    }

    /// The record's row is what stands in that place of the memory.
    func takeRow(_ record: Int32, at row: Int32) {
        rows.setOwner(record, of: row)
        at(record).pointee.row = row
    }

    /// The record's row is on disk.
    func leaveMemory(_ record: Int32) {
        at(record).pointee.row = -1
        rowsOnDisk += 1
    }

    func cameBack() { rowsOnDisk -= 1 }

    func forgetRow(_ record: Int32) {
        let found = at(record).pointee
        guard found.hasRow else { return }
        if found.row >= 0 { rows.free(found.row) } else { rowsOnDisk -= 1 }
        if found.storedRow.isNone { newRows -= 1 } else { segments.dropRow(found.storedRow) }
    }

    func failed(_ text: String) { fault = text }

    // MARK: Segments

    /// What is not stored as it is; from now on it counts as stored.
    func takeNews() -> [Int32] {
        defer {
            news = []
            newRows = 0
        }
        return takeEachNew()
    }

    func didStore(_ record: Int32, _ place: SegmentPlace, row: SegmentPlace) {
        at(record).pointee.stored = place
        at(record).pointee.storedRow = row
    }

    /// It is to be stored anew.
    func renew(_ record: Int32, row: Bool) {
        if row {
            segments.dropRow(at(record).pointee.storedRow)
            at(record).pointee.storedRow = SegmentPlace()
            newRows += 1
        }
        note(record)
    }

    func removeAll() {
        for block in blocks { block.deallocate() }
        blocks = []
        heap = []
        lines = [DueLine(), DueLine()]
        news = []
        rows.removeAll()
        segments = StoredSegments()
        index = [Int32](repeating: 0, count: 64)
        (firstFree, count, recordsMade, sum, newRows, hand, storedUpTo) = (-1, 0, 0, 0, 0, 0, 0)
        rowsOnDisk = 0
    }
}
