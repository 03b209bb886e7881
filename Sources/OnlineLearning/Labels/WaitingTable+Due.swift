/// A list of records by due time, and the position in it: 30 bits, which wrap.
struct DuePlace: BitwiseCopyable {
    private static let mask: UInt32 = 1 << 30 - 1
    /// Two lines have 0 and 1.
    static let heap = 2

    private let bits: UInt32

    init(list: Int, position: Int) {
        bits = UInt32(truncatingIfNeeded: position) << 2 | UInt32(list)
    }

    var list: Int { Int(bits & 3) }
    var position: Int { Int(bits >> 2) }

    /// How far it is behind another of its list.
    func distance(from first: Int) -> Int { Int(UInt32(truncatingIfNeeded: position &- first) & Self.mask) }
}

/// Records one behind the other by due time; adding and taking the first cost some nanoseconds.
struct DueLine {
    /// Those that were taken out from between are -1.
    private var items: [Int32] = []
    private var start = 0
    /// The position of the first item; positions rise by one.
    private var base = 0

    var capacity: Int { items.capacity }
    var records: ArraySlice<Int32> { items[start...] }
    var first: Int32? { start < items.count ? items[start] : nil }
    var last: Int32? { start < items.count ? items[items.count - 1] : nil }

    mutating func reserve(_ count: Int) { items.reserveCapacity(count) }

    /// Adds a record and returns its position.
    mutating func append(_ record: Int32) -> Int {
        items.append(record)
        return base + items.count - 1
    }

    mutating func remove(_ place: DuePlace) {
        items[place.distance(from: base)] = -1
        while let last, last < 0 { items.removeLast() }
        while start < items.count, items[start] < 0 { start += 1 }
        guard start > 1024, start * 2 > items.count else { return }
        items.removeFirst(start)
        base += start
        start = 0
    }
}

/// Records by due time. Most fall due in the order in which they came: they stand in a line, those that are remembered
/// beyond their time in another, and the rest in a heap. Which is first does not depend on where it stands.
extension WaitingTable {
    private func isBefore(_ a: Int32, _ b: Int32) -> Bool {
        let first = at(a), second = at(b)
        return first.pointee.due != second.pointee.due
            ? first.pointee.due < second.pointee.due
            : first.pointee.sequence != second.pointee.sequence
                ? first.pointee.sequence < second.pointee.sequence
                : first.pointee.state.rawValue < second.pointee.state.rawValue
    }

    /// The record that is due first, or -1.
    var first: Int32 {
        var first = heap.first ?? -1
        for line in lines.indices {
            if let found = lines[line].first, first < 0 || isBefore(found, first) { first = found }
        }
        return first
    }

    /// Adds a record by its due time.
    func push(_ record: Int32) {
        let line = at(record).pointee.isRemembered ? 1 : 0
        if let last = lines[line].last, isBefore(record, last) {
            heap.append(record)
            put(record, at: heap.count - 1)
            rise(heap.count - 1)
        } else {
            at(record).pointee.place = DuePlace(list: line, position: lines[line].append(record))
        }
    }

    /// Takes a record out of its place.
    func takeOut(_ record: Int32) {
        let found = at(record).pointee.place
        guard found.list == DuePlace.heap else { return lines[found.list].remove(found) }
        let place = found.position
        let last = heap.removeLast()
        guard place < heap.count else { return }
        put(last, at: place)
        rise(place)
        sink(place)
    }

    /// The first record's due time is later from now on.
    func postponeFirst(_ record: Int32, _ change: () -> Void) {
        takeOut(record)
        change()
        push(record)
    }

    /// Frees the first record.
    func removeFirst() { remove(first) }

    // MARK: The heap

    private func put(_ record: Int32, at place: Int) {
        heap[place] = record
        at(record).pointee.place = DuePlace(list: DuePlace.heap, position: place)
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
}
