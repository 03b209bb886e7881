import Foundation
import Synchronization

/// Answers a worker's questions on a thread of its own while the worker waits for records.
///
/// A worker is inside from its beginning on and steps out only to wait; somebody else is let in then, for one question at a
/// time, and the worker first when both want to. So tasks are never touched by two threads at once, a question wakes no worker,
/// and what it costs is not the worker's. A worker that never waits answers between two turns instead.
final class PeekAttendant: @unchecked Sendable {
    // Sendable: `answer` and the flags are touched under `door` only; what `answer` touches belongs to whoever is inside.
    private let door = NSCondition()
    private var isAnswering = false
    private var isWorkerInside = true
    private var answer: (() -> (() -> Void)?)?
    private let isCalled = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "peek")

    /// - Parameter answer: answers one question; gives how to hand its answer over, or nil: none waits.
    func begin(_ answer: @escaping () -> (() -> Void)?) { door.withLock { self.answer = answer } }

    /// Lets nobody in any more. The worker's thread.
    func end() {
        door.withLock {
            answer = nil
            door.broadcast()
        }
    }

    /// Lets others in while the worker waits. The worker's thread.
    func whileOut(_ wait: () -> Void) {
        door.withLock {
            isWorkerInside = false
            door.signal()
        }
        wait()
        door.withLock {
            isWorkerInside = true
            while isAnswering { door.wait() }
        }
    }

    /// Somebody has asked. Any thread.
    func call() {
        guard !isCalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.async { [self] in
            // Not a plain store: what was asked before must be seen after it.
            _ = isCalled.exchange(false, ordering: .acquiringAndReleasing)
            while answerOne() {}
        }
    }

    private func answerOne() -> Bool {
        let answer = door.withLock {
            while isWorkerInside, self.answer != nil { door.wait() }
            isAnswering = self.answer != nil
            return self.answer
        }
        guard let answer else { return false }
        let handOver = answer()
        door.withLock {
            isAnswering = false
            door.signal()
        }
        handOver?()
        return handOver != nil
    }
}
