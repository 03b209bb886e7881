/// What is known of one id.
struct WaitingRecord: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable {
        case free
        /// Scored; its label has not come.
        case open
        /// The label came first.
        case early
        /// Has its label.
        case labelled
        /// Its label did not come in time.
        case timedOut
        /// A label without a value closed it.
        case withdrawn
    }

    var key = EventKey(high: 0, low: 0)
    /// The scored event's number, or that of an early label.
    var sequence: UInt64 = 0
    /// The event's time, or that of an early label.
    var time: Int64 = 0
    /// When something is due: the timeout of an open one, the forgetting of the others.
    var due: Int64 = 0
    /// The label that is known, or `.none`.
    var label = Label.none
    var state = State.free
    /// An early label without a value.
    var withdraws = false
    /// Its due time has passed: it is remembered for a while.
    var isRemembered = false
    /// Where its row stands, or -1.
    var row: Int32 = -1
    /// The next free record.
    var next: Int32 = -1
    /// Where it stands in the heap.
    var place: Int32 = -1
}

/// Records by id and by due time, in flat memory: a hash index, a binary heap, and rows of one size in blocks.
///
/// Finding, adding and closing cost a hash and O(log n) for the heap; memory grows in steps and never moves rows. Not
/// thread-safe: one task owns it.
final class WaitingTable {
    let rowBytes: Int
    private(set) var records: [WaitingRecord] = []
    private var firstFree: Int32 = -1
    /// Records in use.
    private(set) var count = 0
    /// Open addressing: record + 1, 0 is free; a power of two.
    private var index: [Int32]
    private var heap: [Int32] = []
    private var blocks: [UnsafeMutableRawPointer] = []
    private var freeRows: [Int32] = []
    private var rowsMade: Int32 = 0
    private static let rowsPerBlock = 1024

    init(rowBytes: Int) {
        self.rowBytes = rowBytes
        index = [Int32](repeating: 0, count: 64)
    }

    deinit { for block in blocks { block.deallocate() } }

    /// What one entry costs where arrays have doubled a moment ago.
    static func bytesPerEntry(rowBytes: Int) -> Int { 2 * MemoryLayout<WaitingRecord>.stride + 28 + rowBytes }

    /// Bytes held. Cost: constant.
    var memoryBytes: Int {
        records.capacity * MemoryLayout<WaitingRecord>.stride + (index.capacity + heap.capacity + freeRows.capacity) * 4
            + blocks.count * Self.rowsPerBlock * rowBytes
    }

    // MARK: Records

    subscript(_ record: Int32) -> WaitingRecord {
        get { records[Int(record)] }
        set { records[Int(record)] = newValue }
    }

    /// The record of an id, or -1.
    func find(_ key: EventKey) -> Int32 {
        var place = Int(truncatingIfNeeded: key.low) & (index.count - 1)
        while index[place] != 0 {
            let record = index[place] - 1
            if records[Int(record)].key == key { return record }
            place = (place + 1) & (index.count - 1)
        }
        return -1
    }

    /// Adds a record under its id, which no other has. Returns where it stands.
    func add(_ value: WaitingRecord) -> Int32 {
        let record: Int32
        if firstFree >= 0 {
            record = firstFree
            firstFree = records[Int(record)].next
            records[Int(record)] = value
        } else {
            record = Int32(records.count)
            records.append(value)
        }
        count += 1
        if count * 2 > index.count { growIndex() }
        enter(record)
        push(record)
        return record
    }

    private func enter(_ record: Int32) {
        var place = Int(truncatingIfNeeded: records[Int(record)].key.low) & (index.count - 1)
        while index[place] != 0 { place = (place + 1) & (index.count - 1) }
        index[place] = record + 1
    }

    /// Takes it out of the index and moves those behind it up, so that no mark of it stays.
    private func leave(_ record: Int32) {
        let mask = index.count - 1
        var place = Int(truncatingIfNeeded: records[Int(record)].key.low) & mask
        while index[place] != record + 1 { place = (place + 1) & mask }
        var hole = place
        index[hole] = 0
        while true {
            place = (place + 1) & mask
            guard index[place] != 0 else { return }
            let home = Int(truncatingIfNeeded: records[Int(index[place] - 1)].key.low) & mask
            if (place &- home) & mask >= (place &- hole) & mask {
                index[hole] = index[place]
                index[place] = 0
                hole = place
            }
        }
    }

    private func growIndex() {
        let old = index
        index = [Int32](repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 { enter(entry - 1) }
    }

    // MARK: Due times

    private func isBefore(_ a: Int32, _ b: Int32) -> Bool {
        let (first, second) = (records[Int(a)], records[Int(b)])
        return first.due != second.due
            ? first.due < second.due
            : first.sequence != second.sequence
                ? first.sequence < second.sequence : first.state.rawValue < second.state.rawValue
    }

    /// The record that is due first, or -1.
    var first: Int32 { heap.first ?? -1 }

    private func push(_ record: Int32) {
        heap.append(record)
        put(record, at: heap.count - 1)
        rise(heap.count - 1)
    }

    private func put(_ record: Int32, at place: Int) {
        heap[place] = record
        records[Int(record)].place = Int32(truncatingIfNeeded: place)
    }

    private func swap(_ a: Int, _ b: Int) {
        let first = heap[a]
        put(heap[b], at: a)
        put(first, at: b)
    }

    private func rise(_ start: Int) {
        var place = start
        while place > 0, isBefore(heap[place], heap[(place - 1) / 2]) {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isBefore(heap[child], heap[least]) {
                least = child
            }
            if least == place { return }
            swap(place, least)
            place = least
        }
    }

    /// The first record's due time became later.
    func postponeFirst() { sink(0) }

    /// Frees the first record.
    func removeFirst() { remove(heap[0]) }

    /// Frees a record.
    func remove(_ record: Int32) {
        let place = Int(records[Int(record)].place)
        let last = heap.removeLast()
        if place < heap.count {
            put(last, at: place)
            rise(place)
            sink(place)
        }
        leave(record)
        dropRow(record)
        records[Int(record)] = WaitingRecord(next: firstFree)
        firstFree = record
        count -= 1
    }

    // MARK: Rows

    /// Gives a record room for its row and returns where that is.
    func makeRow(_ record: Int32) -> UnsafeMutableRawPointer {
        let row: Int32
        if let last = freeRows.popLast() {
            row = last
        } else {
            row = rowsMade
            rowsMade += 1
            if Int(row) / Self.rowsPerBlock == blocks.count {
                blocks.append(.allocate(byteCount: max(rowBytes, 1) * Self.rowsPerBlock, alignment: 16))
            }
        }
        records[Int(record)].row = row
        return pointer(row)
    }

    /// A record's row, or nil: it has none any more.
    func row(_ record: Int32) -> UnsafeMutableRawPointer? {
        let row = records[Int(record)].row
        return row < 0 ? nil : pointer(row)
    }

    /// The row of a record's copy, or nil.
    func pointer(of record: WaitingRecord) -> UnsafeMutableRawPointer? { record.row < 0 ? nil : pointer(record.row) }

    private func pointer(_ row: Int32) -> UnsafeMutableRawPointer {
        blocks[Int(row) / Self.rowsPerBlock] + Int(row) % Self.rowsPerBlock * rowBytes
    }

    /// Gives a record's row back.
    func dropRow(_ record: Int32) {
        guard records[Int(record)].row >= 0 else { return }
        freeRows.append(records[Int(record)].row)
        records[Int(record)].row = -1
    }

    /// Records that somebody finds, by due time and sequence: one order whatever came before.
    var living: [WaitingRecord] {
        heap.map { records[Int($0)] }
            .sorted { ($0.due, $0.sequence, $0.state.rawValue) < ($1.due, $1.sequence, $1.state.rawValue) }
    }

    func removeAll() {
        records.removeAll()
        heap.removeAll()
        freeRows.removeAll()
        index = [Int32](repeating: 0, count: 64)
        for block in blocks { block.deallocate() }
        blocks.removeAll()
        (firstFree, count, rowsMade) = (-1, 0, 0)
    }
}
