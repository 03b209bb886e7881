import Console
import KafkaClient

/// One draft's way through a transaction: begin, produce, send the offsets, commit; and what each error means
/// (`CommitDecision`). On the committer's thread.
struct TransactionAttempt {
    let client: any TransactionClient
    let topics: TopicNames
    let cluster: Cluster
    let predictionsAreTransactional: Bool
    let largestDeadLetter: Int
    let clock: EngineClock
    /// Between two tries of one call.
    let pause: (Duration) -> Void

    /// Runs a draft, at most until `deadline` for calls that may be repeated. Throws only where no producer can be had.
    func run(_ draft: TransactionDraft, until deadline: ContinuousClock.Instant) throws(KafkaError) -> CommitOutcome {
        if !client.isOpen { try client.rebuild() }
        client.clearDisconnect()
        _ = client.takeDeliveryFailure()
        var stage = CommitDecision.Stage.begin
        while true {
            do throws(KafkaError) {
                switch stage {
                case .begin:
                    try client.begin()
                    CrashPoint.reach(.afterBegin)
                    stage = .produce
                case .produce:
                    try produce(draft)
                    CrashPoint.reach(.afterProduce)
                    stage = .sendOffsets
                case .sendOffsets:
                    guard let group = draft.group else { return try abandon(KafkaError.of(KafkaError.Code.state)) }
                    try client.sendOffsets(offsets(of: draft), under: group)
                    CrashPoint.reach(.afterSendOffsets)
                    stage = .commit
                case .commit:
                    CrashPoint.reachDuringNextCall(.duringCommit, microseconds: 1500)
                    try client.commit()
                    CrashPoint.reach(.afterCommit)
                    return try committed(draft)
                }
            } catch {
                let decision = CommitDecision.decide(
                    stage: stage, isFatal: error.isFatal, requiresAbort: error.requiresAbort,
                    isRetriable: error.isRetriable, outOfTime: clock.now >= deadline)
                Log.debug("transaction", ("stage", "\(stage)"), ("error", error.description), ("next", "\(decision)"))
                switch decision {
                case .repeatCall: pause(.milliseconds(50))
                case .abortThenRetry: return try abandon(error)
                case .rebuildThenRetry:
                    let reason = cause(of: error)
                    if case .end(let failure) = client.remedy(reason) { return .failed(failure) }
                    try client.rebuild()
                    return .aborted(reason.description)
                case .rebuildThenResolve:
                    try client.rebuild()
                    return try resolve(draft, after: error)
                }
            }
        }
    }

    private func place(_ part: TransactionDraft.Part) -> OffsetMetadata.Place {
        OffsetMetadata.Place(
            cluster: cluster, topic: topics.input, partition: part.partition, offset: part.offset,
            labels: labels(at: part.labelOffset))
    }

    private func labels(at offset: Int64?) -> OffsetMetadata.LabelPlace? {
        guard let topic = topics.labels, let offset else { return nil }
        return OffsetMetadata.LabelPlace(topic: topic, offset: offset)
    }

    private func offsets(of draft: TransactionDraft) -> [PartitionOffset] {
        draft.parts.flatMap { $0.metadata.offsets(at: place($0)) }
    }

    private func produce(_ draft: TransactionDraft) throws(KafkaError) {
        for part in draft.parts {
            if predictionsAreTransactional, !part.predictions.isEmpty {
                try client.produce(part.predictions[...], of: draft.arena, to: part.partition)
            }
            for letter in part.deadLetters {
                let letter = letter.fitting(largestDeadLetter)
                try client.produce(
                    OutputRecord(
                        kind: .deadLetter, partition: part.partition, key: letter.key, value: letter.value,
                        headers: letter.headers))
            }
            for value in part.driftEvents {
                try client.produce(OutputRecord(kind: .drift, partition: part.partition, value: value))
            }
            for value in part.decisions {
                try client.produce(OutputRecord(kind: .decision, partition: part.partition, value: value))
            }
            for value in part.examples {
                try client.produce(OutputRecord(kind: .example, partition: part.partition, value: value))
            }
            if let value = part.metrics {
                let key = Array("\(part.partition)".utf8)
                try client.produce(OutputRecord(kind: .metrics, partition: part.partition, key: key, value: value))
            }
            if let journal = part.journal {
                try client.produce(OutputRecord(kind: .journal, partition: part.partition, value: journal))
                CrashPoint.reach(.afterJournal)
            }
            for record in part.stateRecords where !record.isLocal {
                if record.isManifest { CrashPoint.reach(.beforeManifest) }
                try client.produce(
                    OutputRecord(
                        kind: record.isManifest ? .manifest : .chunk, partition: part.partition, key: record.key,
                        value: record.isTombstone ? nil : record.value))
                CrashPoint.reach(record.isManifest ? .afterManifest : .midChunks)
            }
        }
    }

    private func committed(_ draft: TransactionDraft) throws(KafkaError) -> CommitOutcome {
        for part in draft.parts { part.stateEnd = client.stateEnd(part.partition) }
        keep(draft)
        // A late copy of a timed-out EndTxn could hit the next transaction (no KIP-890 here).
        if client.sawDisconnect { try client.rebuild() }
        return .committed
    }

    /// What is committed goes to the local disk, where there is one for it.
    private func keep(_ draft: TransactionDraft) {
        for part in draft.parts {
            guard let store = part.store else { continue }
            for segment in part.stateRecords.compactMap(\.segment) {
                CrashPoint.reach(.beforeStore)
                store.write(segment)
                CrashPoint.reach(.afterStore)
            }
            store.delete(part.stateRecords.compactMap(\.deletes))
        }
    }

    /// What the first undelivered record says tells more than the state that the producer fell into by it (trap 14).
    private func cause(of error: KafkaError) -> KafkaError { client.takeDeliveryFailure() ?? error }

    private func abandon(_ error: KafkaError) throws(KafkaError) -> CommitOutcome {
        // After a disconnect late copies of its requests could hit the next transaction, as after a commit.
        var isSpent = true
        let told = error.code == KafkaError.Code.state ? client.transactionFailure() ?? error : error
        do throws(KafkaError) {
            try client.abort()
            isSpent = client.sawDisconnect
        } catch { Log.debug("abort", ("error", error.description)) }
        let reason = cause(of: told)
        switch client.remedy(reason) {
        case .retry: break
        case .end(let failure): return .failed(failure)
        case .cut(let bytes):
            try client.rebuild()
            return .aborted("\(reason.description); at most \(bytes) bytes are sent at a time from now on")
        }
        if isSpent { try client.rebuild() }
        return .aborted(reason.description)
    }

    /// Reads the committed metadata: they say whether an unknown transaction happened.
    private func resolve(_ draft: TransactionDraft, after error: KafkaError) throws(KafkaError) -> CommitOutcome {
        let found = try client.committed(
            topics.inputs.flatMap { topic in
                draft.parts.map { TopicPartition(topic: topic, partition: $0.partition) }
            })
        var resolutions = Set<CommitDecision.Resolution>()
        for part in draft.parts {
            let mine = found.filter { $0.partition == part.partition }
            let sequence = sequence(
                mine.first { $0.topic == topics.input }, labels: mine.first { $0.topic == topics.labels }?.offset)
            resolutions.insert(CommitDecision.resolve(draft: part.metadata.sequence, committed: sequence))
        }
        if resolutions == [.committed] {
            keep(draft)
            return .committed
        }
        if resolutions == [.notCommitted] { return .aborted(error.description) }
        return .ownershipLost("the committed sequences are not ours after: \(error.description)")
    }

    private func sequence(_ committed: PartitionOffset?, labels offset: Int64?) -> UInt64? {
        guard let committed, committed.offset >= 0, let text = committed.metadata else { return nil }
        let place = OffsetMetadata.Place(
            cluster: cluster, topic: committed.topic, partition: committed.partition, offset: committed.offset,
            labels: labels(at: offset))
        return try? OffsetMetadata(encoded: text, for: place).sequence
    }
}
