import Console
import KafkaClient
import OnlineLearning

/// Between the snapshot and the replay: the events that wait, and the journal of what was done since.
extension Restoration {
    // MARK: The waiting events

    func readSegments() throws(EngineError) {
        guard let place = try segments!.next() else { return try endOfSegments() }
        if !isReading || segments!.isFar {
            try begin(topics.state, at: place)
            segments!.began(at: place)
        }
        reader.poll(into: batch, wait: 20)
        defer { batch.release() }
        for index in 0..<batch.count {
            let record = batch[index]
            if record.error == KafkaError.Code.partitionEnd {
                guard let shortage = segments!.shortage else { return }
                return try takeOlder(shortage)
            }
            try check(record, topics.state)
            CrashPoint.reach(.duringChunkLoad)
            lastRecord = clock.now
            try segments!.take(record)
        }
        try checkPatience(topics.state)
    }

    /// The snapshot is not whole: the one before it is, and the journal goes back to that.
    private func takeOlder(_ shortage: String) throws(EngineError) {
        guard let newest = loaded, olderThan == nil, !isAsStored else {
            throw EngineError(
                .data, "partition \(task.partition): \(shortage). Restore that topic, or \(topics.resetRemedy)")
        }
        Log.warning(
            "snapshot passed over", ("partition", "\(task.partition)"), ("snapshot", "\(newest.sequence)"),
            ("reason", shortage))
        olderThan = newest.sequence
        onSegment?(nil)
        task = try task.successor(task.topology, now: clock.now)
        segments = nil
        loaded = nil
        phase = .readState
        pause()
    }

    func endOfSegments() throws(EngineError) {
        try segments!.finish()
        segments = nil
        try beginReplay()
    }

    /// The state is there: what was taken and commanded since stands in the journal, where there is one.
    func beginReplay() throws(EngineError) {
        phase = .replay
        isReading = false
        if let other, loaded != nil { task = try whatIf(other) }
        let after = loaded?.sequence ?? 0
        guard place.gap == nil, place.metadata.journal > after else { return }
        if let labels = task.labels {
            journal = JournalReplay(
                task: task, labels: labels, after: after, to: place.metadata.journal, until: until, topics: topics,
                events: reader, labelReader: labelReader
            ) { [unowned self] text throws(EngineError) in
                try change(to: text)
                return task
            }
            phase = .readJournal
        } else {
            commands = CommandReplay(after: after, to: place.metadata.journal)
            phase = .readJournal
        }
    }

    /// Begins with nothing learned at the inputs' beginnings, in place of a snapshot.
    func beginAnew(at offset: Int64, labels: Int64?) throws(EngineError) {
        task.lane = InputLane(at: offset)
        if let labels { task.labels?.lane = InputLane(at: labels) }
        try beginReplay()
    }

    // MARK: The journal

    func readJournal() throws(EngineError) {
        // With one input it is short, and read whole.
        let isShort = commands != nil
        if !isReading {
            try begin(topics.journal, at: isShort ? PartitionOffset.beginning : place.metadata.journalLowerBound)
        }
        reader.poll(into: batch, wait: 20)
        defer { batch.release() }
        for index in 0..<batch.count {
            let record = batch[index]
            // Behind the end more may still become visible: commit markers reach partitions one by one.
            if record.error == KafkaError.Code.partitionEnd {
                guard isShort, commands!.resolve() else { continue }
                return endJournal()
            }
            try check(record, topics.journal)
            lastRecord = clock.now
            guard let value = record.value else { continue }
            if isShort { try add(Array(value)) } else if try journal!.add(Array(value)) { return endJournal() }
        }
        try checkPatience(topics.journal)
    }

    func endJournal() {
        isReading = false
        phase = .replay
    }

    func add(_ value: [UInt8]) throws(EngineError) {
        do throws(SnapshotError) { try commands!.add(value) } catch {
            throw EngineError(
                .data,
                "partition \(task.partition): \(topics.journal): \(error.message). Restore that topic, or "
                    + topics.remedy())
        }
    }
}
