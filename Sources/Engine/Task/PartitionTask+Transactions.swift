import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// What a task puts into a transaction, and what becomes of it.
extension PartitionTask {
    /// Whether it has something to commit although no event came: its start, more of a snapshot, or that the markers and
    /// aborted records at the end of its partition are behind it.
    var wantsTransaction: Bool {
        phase == .starting || schedule.isUploading || isReady && state.needsSnapshot
            || (isReady && (position > sealedOffset || labelsMoved || control.next > sealed.control))
    }

    var labelsMoved: Bool {
        labels.map { $0.lane.position > $0.sealedOffset || !$0.journal.isEmpty } ?? false
    }

    /// The partition has ended at this offset, for now.
    func laneEnded(at offset: Int64) { _ = lane.ended(at: offset) }

    /// A broker said where the inputs and the journal end, or that it does not know.
    func sawEnds(_ found: Standing, at now: ContinuousClock.Instant) {
        if let end = found.end { lane.sawEnd(end.open, stable: end.stable) }
        guard let labels else { return }
        if let end = found.labelEnd { labels.lane.sawEnd(end.open, stable: end.stable) }
        if let end = found.journalEnd { schedule.sawJournalEnd(end) }
        labels.events.sawEnd(found.end, position: position, at: now)
        labels.labels.sawEnd(found.labelEnd, position: labels.lane.position, at: now)
    }

    /// Where its journal may be cut: at or before what a restore reads.
    var journalMarks: [JournalMark] { schedule.marks.filter { $0.journal <= committed.journalLowerBound } }

    /// Writes its position, and what is due of its snapshot, into the draft.
    ///
    /// - Parameter snapshot: what to do about one: as scheduled, or now if it fits into one transaction.
    func seal(_ part: TransactionDraft.Part, snapshot: SnapshotSchedule.Wish, now: ContinuousClock.Instant) {
        sealed.sequence += 1
        if position > sealedOffset || labels.map({ $0.lane.position > $0.sealedOffset }) ?? false {
            hasProgressed = true
        }
        if let labels {
            part.journal = labels.journal.seal(
                sequence: sealed.sequence, events: position, labels: labels.lane.position)
            sealed.journal = labels.journal.last
            part.labelOffset = labels.lane.position
            labels.sealedOffset = labels.lane.position
        } else if !control.journal.isEmpty {
            part.journal = control.journal.seal(sequence: sealed.sequence, events: control.place, labels: 0)
            sealed.journal = control.journal.last
        }
        control.keep(in: &sealed)
        sealed.attempt = hasProgressed ? 0 : isolation.attempt
        sealed.streamTime = streamTime
        sealed.events = pipeline.sequence
        sealed.digest = labels?.learner.digest ?? pipeline.rollingDigest
        sealed.numerics = NumericsIdentity.hash
        let wish = crashed.count == OffsetMetadata.maxCrashed ? .now : snapshot
        part.stateRecords = schedule.next(
            wish, state: state, sequence: sealed.sequence, offset: position, labelOffset: part.labelOffset,
            time: recordTime, now: now)
        part.store = labels?.store
        crashed.removeAll { $0 < schedule.olderOffset }
        sealed.crashed = crashed
        sealed.carried = carried
        sealed.snapshot = schedule.newest
        sealed.stateLowerBound = schedule.lowerBound
        sealed.journalLowerBound = schedule.journalLowerBound
        sealedOffset = position
        part.offset = position
        part.metadata = sealed
    }

    /// Restored, and nothing of its start is under way.
    var isReady: Bool { phase == .running || phase == .waiting }

    /// The assignment ends cleanly; true where that is still to be committed.
    func endCleanly(_ wish: SnapshotSchedule.Wish) -> Bool {
        hasProgressed = true
        return isReady && (committed.attempt != 0 || isBehind(wish))
    }

    /// There are events that no snapshot holds, and one may be taken by this wish.
    func isBehind(_ wish: SnapshotSchedule.Wish) -> Bool { schedule.isBehind(state, wish) }

    /// Everything that it did is committed: what `committed` says is its whole state.
    var isSettled: Bool {
        isReady && sealed == committed && position == committedOffset && !labelsMoved && control.next == sealed.control
    }

    /// The transaction with this part is committed.
    func didCommit(_ part: TransactionDraft.Part) {
        committed = part.metadata
        committedOffset = part.offset
        if let offset = part.labelOffset { labels?.committedOffset = offset }
        schedule.sawStateEnd(part.stateEnd)
        labels?.didCommit(part.stateRecords)
        if phase == .starting {
            if !(storesFirst && schedule.isUploading) { phase = .running }
        } else if part.events > 0 {
            isolation.succeeded()
        }
    }
}
