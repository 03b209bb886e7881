/// The last so many labelled events, in a ring.
///
/// Nothing is ever subtracted from a sum: figures of the window are recomputed from what it holds. Memory: one entry per
/// event of the window. Cost of an event: one store.
struct RecentEvents<Entry: BitwiseCopyable>: ~Copyable {
    /// Events it can hold.
    let capacity: Int
    private let ring: FlatBuffer<Entry>
    private let place = Cell(Place())

    /// Not private: a debug build of Swift 6.3 fails on that.
    struct Place {
        var count = 0
        var next = 0
    }

    init(capacity: Int, filledWith entry: Entry) {
        self.capacity = max(capacity, 1)
        ring = FlatBuffer(self.capacity, repeating: entry)
    }

    /// Events it holds now.
    var count: Int { place.pointer.pointee.count }
    var bytes: Int { ring.bytes }

    @inline(__always)
    func add(_ entry: Entry) {
        let next = place.pointer.pointee.next
        ring[next] = entry
        if place.pointer.pointee.count < capacity { place.pointer.pointee.count += 1 }
        place.pointer.pointee.next = next + 1 == capacity ? 0 : next + 1
    }

    /// Forgets every event.
    func clear() { place.pointer.pointee = Place() }

    /// Every event, in no order that matters.
    subscript(_ index: Int) -> Entry { ring[index] }
    var indices: Range<Int> { 0..<count }

    /// Where the next event goes: 0 after the last place.
    @inline(__always)
    var next: Int { place.pointer.pointee.next }

    /// The newest `wanted` events in their order; at most as many as it holds. Cost: `wanted`.
    @inline(__always)
    func visitNewest(_ wanted: Int, _ visit: (Entry) -> Void) {
        for back in stride(from: wanted, to: 0, by: -1) {
            let index = next - back
            visit(ring[index < 0 ? index + capacity : index])
        }
    }

    func write(to writer: inout SnapshotWriter, _ each: (Entry, inout SnapshotWriter) -> Void) {
        writer.write(UInt32(count))
        writer.write(UInt32(place.pointer.pointee.next))
        for index in indices { each(ring[index], &writer) }
    }

    func read(
        from reader: inout SnapshotReader, _ each: (inout SnapshotReader) throws(SnapshotError) -> Entry
    ) throws(SnapshotError) {
        let count = Int(try reader.read(UInt32.self))
        let next = Int(try reader.read(UInt32.self))
        guard count <= capacity, next < capacity, count == capacity || next == count else {
            throw SnapshotError("the snapshot's window of \(count) events does not fit into one of \(capacity)")
        }
        for index in 0..<count { ring[index] = try each(&reader) }
        place.pointer.pointee = Place(count: count, next: next)
    }
}
