import EventFormats
import KafkaClient
import MillraceTestKit

@testable import Engine
@testable import KafkaClient

/// A transactional producer on a log in memory, with faults at a test's word.
final class MemoryTransactions: TransactionClient {
    enum Fault: CaseIterable {
        case retriable, abortable, fatal
        /// The call had no answer, and was carried out.
        case lostAnswer
        /// The call had no answer, and was not carried out.
        case lostRequest
        /// A connection breaks; the call is carried out.
        case disconnect
    }

    private let log: InMemoryLog
    private let topics: TopicNames
    private let id: String
    private var producer: InMemoryLog.Producer?
    private var ends: [Int32: Int64] = [:]
    /// The next faults, one for each call.
    var faults: [CommitDecision.Stage: [Fault]] = [:]
    private var mustAbort = false
    private(set) var sawDisconnect = false
    private(set) var rebuilds = 0

    init(_ log: InMemoryLog, _ topics: TopicNames, id: String) {
        self.log = log
        self.topics = topics
        self.id = id
    }

    var isOpen: Bool { producer != nil }

    func rebuild() throws(KafkaError) {
        producer = log.producer(id)
        mustAbort = false
        sawDisconnect = false
        rebuilds += 1
    }

    /// Makes a call, and the fault that is due with it.
    private func call(
        _ stage: CommitDecision.Stage, _ body: (InMemoryLog.Producer) throws(InMemoryLog.Refusal) -> Void
    ) throws(KafkaError) {
        guard let producer, !mustAbort else { throw KafkaError(code: KafkaError.Code.state, requiresAbort: mustAbort) }
        let fault = faults[stage]?.isEmpty == false ? faults[stage]!.removeFirst() : nil
        switch fault {
        case .retriable: throw KafkaError(code: KafkaError.Code.timedOut, isRetriable: true)
        case .abortable:
            mustAbort = true
            throw KafkaError(code: 47, requiresAbort: true)
        case .fatal:
            self.producer = nil
            throw KafkaError(code: KafkaError.Code.fenced, isFatal: true)
        case .lostRequest: throw KafkaError(code: KafkaError.Code.timedOut)
        case .disconnect: sawDisconnect = true
        case .lostAnswer, nil: break
        }
        do throws(InMemoryLog.Refusal) { try body(producer) } catch {
            switch error {
            case .fenced:
                self.producer = nil
                throw KafkaError(code: KafkaError.Code.fenced, isFatal: true)
            default:
                mustAbort = true
                throw KafkaError(code: 22, requiresAbort: true)
            }
        }
        if fault == .lostAnswer { throw KafkaError(code: KafkaError.Code.timedOut) }
    }

    func begin() throws(KafkaError) {
        try call(.begin) { producer throws(InMemoryLog.Refusal) in try producer.begin() }
    }

    func produce(_ record: OutputRecord) throws(KafkaError) {
        let topic =
            switch record.kind {
            case .deadLetter: topics.deadLetters
            case .drift: topics.drift
            case .decision: topics.decisions
            case .example: topics.examples ?? ""
            case .metrics: topics.metrics
            case .journal: topics.journal
            case .chunk, .manifest: topics.state
            }
        try call(.produce) { producer throws(InMemoryLog.Refusal) in
            let offset = try producer.produce(
                .init(key: record.key, value: record.value, headers: record.headers), to: topic, record.partition)
            if topic == topics.state { ends[record.partition] = offset + 1 }
        }
    }

    func produce(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, to partition: Int32
    ) throws(KafkaError) {
        for slice in slices {
            let start = slice.start + max(Int(slice.keyCount), 0)
            let key = slice.keyCount < 0 ? nil : Array(arena.bytes[slice.start..<start])
            let value = Array(arena.bytes[start..<start + Int(slice.count)])
            try call(.produce) { producer throws(InMemoryLog.Refusal) in
                try producer.produce(.init(key: key, value: value), to: topics.output, partition)
            }
        }
    }

    func sendOffsets(_ offsets: [PartitionOffset], under group: any Membership) throws(KafkaError) {
        let generation = (group as! MemoryMembership).generation
        try call(.sendOffsets) { producer throws(InMemoryLog.Refusal) in
            try producer.sendOffsets(
                offsets.map { ($0.topic, $0.partition, .init(offset: $0.offset, metadata: $0.metadata)) },
                group: topics.group, generation: generation)
        }
    }

    func commit() throws(KafkaError) {
        try call(.commit) { producer throws(InMemoryLog.Refusal) in try producer.commit() }
    }

    func abort() throws(KafkaError) {
        mustAbort = false
        do throws(InMemoryLog.Refusal) { try producer?.abort() } catch {
            throw KafkaError(code: KafkaError.Code.state)
        }
    }

    func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [PartitionOffset] {
        partitions.map { partition in
            let found = log.committed(topics.group, partition.topic, partition.partition)
            return PartitionOffset(
                partition, offset: found?.offset ?? PartitionOffset.none, metadata: found?.metadata)
        }
    }

    func clearDisconnect() { sawDisconnect = false }

    func takeDeliveryFailure() -> KafkaError? { nil }

    func stateEnd(_ partition: Int32) -> Int64 { ends[partition] ?? 0 }

    func close(within duration: Duration) { producer = nil }
}

/// Runs a draft when the test says so, or when its outcome is asked for.
final class MemoryCommitter: CommitClient {
    let attempt: TransactionAttempt
    private let timeout: Duration
    private var pending: TransactionDraft?
    private var outcome: CommitOutcome?
    /// Outcomes come only by `finish`.
    var isHeld = false

    init(_ attempt: TransactionAttempt, timeout: Duration) {
        self.attempt = attempt
        self.timeout = timeout
    }

    var start: Result<Void, KafkaError>? { .success(()) }

    func submit(_ draft: TransactionDraft) {
        precondition(pending == nil && outcome == nil, "one draft at a time")
        pending = draft
    }

    /// Carries the pending draft out.
    func finish() {
        guard let draft = pending else { return }
        pending = nil
        do throws(KafkaError) {
            outcome = try attempt.run(draft, until: attempt.clock.now + timeout)
        } catch { outcome = .failed(EngineError(error, "committing")) }
    }

    func takeOutcome() -> CommitOutcome? {
        if !isHeld { finish() }
        defer { outcome = nil }
        return outcome
    }

    func wait(milliseconds: Int32) {}

    func stop(within duration: Duration) {}
}
