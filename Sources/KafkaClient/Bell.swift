import CRDKafka

/// Wakes one thread that waits for several things at once: queues of a consumer, and whatever else rings.
///
/// ```swift
/// let bell = Bell()
/// consumer.ring(bell)
/// if bell.wait(milliseconds: 100) { … }        // somebody rang since the last wait
/// ```
/// `wait` is for one thread; anybody may `ring`. A ring while nobody waits costs two atomic operations.
public final class Bell: @unchecked Sendable {
    // Sendable: the C object's own operations are atomic; `wait` and `rang` belong to one thread.
    let handle: UnsafeMutablePointer<millrace_bell>
    /// Whether the last wait ended by a ring, and not because its time was over.
    public private(set) var rang = true

    /// Nobody has rung yet. Ends the program where no pipe can be had.
    public init() {
        guard let made = millrace_bell_new() else { fatalError("no pipe can be made: too many open files?") }
        handle = made
    }

    deinit { millrace_bell_free(handle) }

    /// Wakes who waits, or lets the next wait return at once.
    public func ring() { millrace_bell_ring(handle) }

    /// Waits for a ring, at most that long; true where one came, also before the call.
    @discardableResult
    public func wait(milliseconds: Int32) -> Bool {
        rang = millrace_bell_wait(handle, milliseconds) != 0
        return rang
    }
}
