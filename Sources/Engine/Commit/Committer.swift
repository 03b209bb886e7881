import Foundation
import KafkaClient
import Synchronization

/// The companion thread of a worker: it produces and commits one draft while the worker learns the next batch.
///
/// One draft at a time. The transaction's client lives and dies on this thread.
final class Committer: CommitClient, @unchecked Sendable {
    private let attempt: TransactionAttempt
    private let timeout: Duration
    private let status: EngineStatus
    /// Called when there is something to take.
    private let wake: @Sendable () -> Void

    // Hand-over: one slot each way, guarded by the condition.
    private let condition = NSCondition()
    private var pending: TransactionDraft?
    private var outcome: CommitOutcome?
    private var started: Result<Void, KafkaError>?
    private var stopping = false
    private var ended = false
    private let hasOutcome = Atomic<Bool>(false)

    /// Starts the thread. `start` tells when leftovers of an earlier life are aborted.
    init(
        _ attempt: TransactionAttempt, timeout: Duration, status: EngineStatus, wake: @escaping @Sendable () -> Void
    ) {
        self.attempt = attempt
        self.timeout = timeout
        self.status = status
        self.wake = wake
        Thread.detachNewThread { [self] in runLoop() }
    }

    // MARK: Worker's side

    var start: Result<Void, KafkaError>? { condition.withLock { started } }

    func submit(_ draft: TransactionDraft) {
        condition.withLock {
            precondition(pending == nil, "one draft at a time")
            pending = draft
            condition.broadcast()
        }
    }

    /// Cost without an outcome: one atomic load.
    func takeOutcome() -> CommitOutcome? {
        guard hasOutcome.load(ordering: .acquiring) else { return nil }
        return condition.withLock {
            hasOutcome.store(false, ordering: .releasing)
            defer { outcome = nil }
            return outcome
        }
    }

    func wait(milliseconds: Int32) {
        let deadline = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
        condition.withLock {
            while outcome == nil, !ended, condition.wait(until: deadline) {}
        }
    }

    /// Ends the thread and closes the producer; an open transaction is left to be aborted by the next owner. What does not
    /// end in time is left behind.
    func stop(within duration: Duration) {
        let deadline = Date(timeIntervalSinceNow: duration / .seconds(1))
        condition.withLock {
            stopping = true
            condition.broadcast()
            while !ended, condition.wait(until: deadline) {}
        }
    }

    // MARK: Companion's side

    private func runLoop() {
        do throws(KafkaError) {
            try attempt.client.rebuild()
            CrashPoint.reach(.afterInit)
            condition.withLock { started = .success(()) }
            wake()
            while let draft = next() { post(run(draft)) }
        } catch {
            condition.withLock { started = .failure(error) }
            wake()
        }
        attempt.client.close(within: .seconds(2))
        condition.withLock {
            ended = true
            condition.broadcast()
        }
    }

    private func next() -> TransactionDraft? {
        condition.withLock {
            while pending == nil, !stopping { condition.wait() }
            defer { pending = nil }
            return stopping ? nil : pending
        }
    }

    private func post(_ result: CommitOutcome) {
        condition.withLock {
            outcome = result
            hasOutcome.store(true, ordering: .releasing)
            condition.broadcast()
        }
        wake()
    }

    private func run(_ draft: TransactionDraft) -> CommitOutcome {
        let start = attempt.clock.now
        do throws(KafkaError) {
            let result = try attempt.run(draft, until: start + timeout)
            let took = attempt.clock.now - start
            let wall = Int64(Date().timeIntervalSince1970 * 1000)
            status.update { values in
                if case .committed = result {
                    values.transactionsCommitted += 1
                    values.lastCommit = start + took
                    values.commitSeconds.record(took)
                    for part in draft.parts { values.latencySeconds.record(ages: part.times, at: wall) }
                } else {
                    values.transactionsAborted += 1
                }
            }
            return result
        } catch {
            attempt.client.close(within: .seconds(1))
            return .failed(EngineError(error, "committing"))
        }
    }
}
