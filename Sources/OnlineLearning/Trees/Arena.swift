/// A growing run of plain values addressed by `Int32`: nodes and leaves of a tree.
///
/// Growth is asked for explicitly, so that the owner can hold its memory bound before, and not after, it allocates.
struct Arena<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    var bytes: Int { capacity * MemoryLayout<Element>.stride }

    @inline(__always)
    subscript(_ index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }

    /// Makes room for `extra` more, with at most `allowance` bytes on top of what it holds (the old run lives until the
    /// new one is filled); false where that does not do.
    mutating func reserve(_ extra: Int, allowance: Int) -> Bool {
        let needed = count + extra
        if needed <= capacity { return true }
        for size in [max(capacity * 2, needed), needed] where size * MemoryLayout<Element>.stride <= allowance {
            setCapacity(size)
            return true
        }
        return false
    }

    /// Moves to a run of exactly `size` elements, at least `count`.
    mutating func setCapacity(_ size: Int) {
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: size)
        moved.moveInitialize(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = size
    }

    /// Forgets the elements and keeps the memory.
    mutating func removeAll() { count = 0 }

    /// The new element's index. There must be room.
    @discardableResult
    mutating func append(_ element: Element) -> Int {
        precondition(count < capacity)
        (base + count).initialize(to: element)
        count += 1
        return count - 1
    }
}
