/// A growing run of plain values addressed by `Int32`: nodes and leaves of a tree.
///
/// Growth is asked for explicitly, so that the owner can hold its memory bound before, and not after, it allocates.
struct Arena<Element: BitwiseCopyable>: ~Copyable {
    /// Behind a pointer, so that the owner's arena is a constant and no event pays a check for exclusive access.
    private let run: UnsafeMutablePointer<Run>

    private struct Run {
        var base: UnsafeMutablePointer<Element>
        var count = 0
        var capacity: Int
    }

    var base: UnsafeMutablePointer<Element> { run.pointee.base }
    var count: Int { run.pointee.count }
    var capacity: Int { run.pointee.capacity }

    init(capacity: Int) {
        run = .allocate(capacity: 1)
        run.initialize(to: Run(base: .allocate(capacity: max(capacity, 1)), capacity: max(capacity, 1)))
    }

    deinit {
        base.deallocate()
        run.deallocate()
    }

    /// What it takes from the heap.
    var bytes: Int { Self.bytes(capacity) + Heap.size(MemoryLayout<Run>.size) }

    static func bytes(_ capacity: Int) -> Int { Heap.size(capacity * MemoryLayout<Element>.stride) }

    @inline(__always)
    subscript(_ index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }

    /// Makes room for `extra` more, with at most `allowance` bytes on top of what it holds (the old run lives until the
    /// new one is filled); false where that does not do.
    func reserve(_ extra: Int, allowance: Int) -> Bool {
        let needed = count + extra
        if needed <= capacity { return true }
        var size = max(capacity * 2, needed)
        if Self.bytes(size) > allowance { size = needed }
        guard Self.bytes(size) <= allowance else { return false }
        setCapacity(size)
        return true
    }

    /// Moves to a run of exactly `size` elements, at least `count`.
    func setCapacity(_ size: Int) {
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: size)
        moved.moveInitialize(from: base, count: count)
        base.deallocate()
        run.pointee.base = moved
        run.pointee.capacity = size
    }

    /// Takes over a run of `capacity` elements of which `count` are there.
    func replace(with moved: UnsafeMutablePointer<Element>, count: Int) {
        base.deallocate()
        run.pointee.base = moved
        run.pointee.count = count
    }

    /// Forgets the elements and keeps the memory.
    func removeAll() { run.pointee.count = 0 }

    /// The new element's index. There must be room.
    @discardableResult
    func append(_ element: Element) -> Int {
        precondition(count < capacity)
        (base + count).initialize(to: element)
        run.pointee.count += 1
        return count - 1
    }
}

extension SnapshotReader {
    /// How many parts an arena has, and its room: no more than can follow, and than `limit` bytes can hold.
    mutating func readRoom(
        _ what: String, bytes: Int, limit: Int
    ) throws(SnapshotError) -> (count: Int, capacity: Int) {
        let count = Int(try read(UInt32.self))
        let capacity = Int(try read(UInt32.self))
        guard count <= capacity, capacity > 0, capacity * 32 <= max(limit, 1 << 16), count * bytes <= remaining
        else { throw SnapshotError("the snapshot's tree cannot have \(count) \(what)") }
        return (count, capacity)
    }
}
