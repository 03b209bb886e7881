/// One value behind a pointer, freed with its owner.
///
/// For state that every event changes: a stored property of a class is checked for exclusive access at each use, what
/// stands behind a pointer is not. Cost: one allocation for life. Not thread-safe: its owner is used by one task.
public struct Cell<Value>: ~Copyable {
    /// Where the value stands; valid as long as the cell lives.
    public let pointer: UnsafeMutablePointer<Value>

    /// A cell with its first value.
    @inlinable
    public init(_ value: consuming Value) {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: value)
    }

    @inlinable
    deinit {
        pointer.deinitialize(count: 1)
        pointer.deallocate()
    }
}
