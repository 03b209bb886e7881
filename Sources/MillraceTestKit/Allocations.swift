import CAllocationCount

/// Counts heap allocations; a thread's own, so that other threads do not disturb it.
public enum Allocations {
    /// False where the platform's allocator cannot be counted: then every count is 0.
    public static var areCounted: Bool { millrace_allocation_count_supported() == 1 }

    /// Allocations and reallocations of the calling thread so far. Cost: one load.
    public static var soFar: Int { millrace_allocation_count() }
}

/// Heap allocations and reallocations that the calling thread makes in `body`.
public func allocations(_ body: () throws -> Void) rethrows -> Int {
    let before = Allocations.soFar
    try body()
    return Allocations.soFar - before
}

/// The most bytes of heap that the calling thread has at once in `body`, beyond what it had before. 0 where they are not
/// counted.
public func peakBytes(_ body: () throws -> Void) rethrows -> Int {
    let before = millrace_allocation_live()
    _ = millrace_allocation_peak(1)
    try body()
    return millrace_allocation_peak(0) - before
}
