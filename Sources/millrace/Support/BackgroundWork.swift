import Foundation
import Synchronization

/// Set once, read from any thread.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}

/// Work on a thread of its own, whose error is kept for whoever waits.
final class BackgroundWork: Sendable {
    private let done = Flag()
    private let group = DispatchGroup()
    private let error = Mutex<(any Error)?>(nil)

    init(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        let thread = Thread { [self] in
            do { try body() } catch { self.error.withLock { $0 = error } }
            done.raise()
            group.leave()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    var isDone: Bool { done.isRaised }

    /// Blocks until the work has ended and throws its error.
    func wait() throws {
        group.wait()
        if let error = error.withLock({ $0 }) { throw error }
    }
}
