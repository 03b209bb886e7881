import Console
import Foundation
import KafkaClient
import OnlineLearning

/// Brings a task back to its committed position: newest whole snapshot, then replay with outputs off, then the digest.
///
/// Runs in slices between the worker's polls, on the worker's thread, with a consumer that never joins the group.
final class Restoration {
    private enum Phase { case readState, replay }

    let task: PartitionTask
    let target: OffsetMetadata
    private let targetOffset: Int64
    private let survived: Bool
    private let reader: Consumer
    private let topics: TopicNames
    private let batch: RecordBatch
    private var phase = Phase.readState
    private var assembler: SnapshotAssembler
    private var isReading = false
    private let markerWait: Duration
    private let markerDeadline: ContinuousClock.Instant
    /// When the replay last came forward.
    private var lastRecord: ContinuousClock.Instant
    private(set) var replayed: UInt64 = 0
    /// The numerics id differed and so did the digest: accepted, and snapshotted before any new event.
    private(set) var diverged = false

    init(
        task: PartitionTask, target: OffsetMetadata, targetOffset: Int64, survived: Bool = false, reader: Consumer,
        topics: TopicNames, batch: RecordBatch, markerWait: Duration
    ) {
        self.task = task
        self.target = target
        self.targetOffset = targetOffset
        self.survived = survived
        self.reader = reader
        self.topics = topics
        self.batch = batch
        assembler = SnapshotAssembler(partition: task.partition)
        self.markerWait = markerWait
        markerDeadline = .now + markerWait
        lastRecord = .now
    }

    /// Works for about `slice`; true when the task is restored.
    func step(_ slice: Duration) throws(EngineError) -> Bool {
        let end = ContinuousClock.now + slice
        repeat {
            switch phase {
            case .readState: try readState()
            case .replay: if try replay() { return true }
            }
        } while ContinuousClock.now < end
        return false
    }

    /// Lets go of the reader; the next step goes on where this one was, or reads the state again.
    func pause() {
        isReading = false
        assembler = SnapshotAssembler(partition: task.partition)
    }

    private func begin(_ topic: String, at offset: Int64) throws(EngineError) {
        do throws(KafkaError) {
            try reader.assign([PartitionOffset(topic: topic, partition: task.partition, offset: offset, metadata: nil)])
        } catch { throw EngineError(error, "reading \(topic)") }
        isReading = true
    }

    private func readState() throws(EngineError) {
        if !isReading { try begin(topics.state, at: target.stateLowerBound) }
        reader.poll(into: batch, wait: 20)
        defer { batch.release() }
        for index in 0..<batch.count {
            let record = batch[index]
            if record.error == KafkaError.Code.partitionEnd { return try endOfState() }
            try check(record, topics.state)
            guard let key = record.key, let value = record.value else { continue }
            CrashPoint.reach(.duringChunkLoad)
            assembler.add(key: Array(key), value: Array(value))
        }
    }

    private func endOfState() throws(EngineError) {
        let found = assembler.newest(upTo: target.sequence)
        if found?.manifest.sequence != target.snapshot, ContinuousClock.now < markerDeadline {
            // Commit markers reach partitions one by one: the state partition may not show the manifest yet.
            usleep(100_000)
            assembler = SnapshotAssembler(partition: task.partition)
            return try begin(topics.state, at: target.stateLowerBound)
        }
        for refusal in assembler.refusals {
            Log.warning("snapshot passed over", ("partition", "\(task.partition)"), ("reason", refusal))
        }
        guard let found else {
            throw EngineError(
                .data,
                "partition \(task.partition): no whole snapshot in \(topics.state) at or before transaction "
                    + "\(target.sequence). Restore that topic, or begin anew under another name")
        }
        if found.manifest.sequence != target.snapshot {
            Log.warning(
                "the snapshot before the newest is used", ("partition", "\(task.partition)"),
                ("snapshot", "\(found.manifest.sequence)"), ("newest", "\(target.snapshot)"))
        }
        try task.load(found)
        try checkLog(from: found.manifest.inputOffset)
        phase = .replay
        isReading = false
    }

    /// The input must still hold what is to be replayed, and must reach what was committed.
    private func checkLog(from offset: Int64) throws(EngineError) {
        let marks: (low: Int64, high: Int64)
        do throws(KafkaError) {
            marks = try reader.watermarks(
                TopicPartition(topic: topics.input, partition: task.partition), timeout: 10_000)
        } catch { throw EngineError(error, "asking for the offsets of \(topics.input)") }
        if targetOffset > marks.high {
            throw EngineError(
                .data,
                "partition \(task.partition): committed offset \(targetOffset) is beyond the end \(marks.high) of "
                    + "\(topics.input): was the topic recreated? Restore it, or begin anew under another name")
        }
        if offset < targetOffset, offset < marks.low {
            throw EngineError(
                .data,
                "partition \(task.partition): replay begins at offset \(offset), but \(topics.input) begins at "
                    + "\(marks.low): its retention has passed the snapshot. Begin anew under another name")
        }
    }

    private func replay() throws(EngineError) -> Bool {
        if task.position >= targetOffset { return try finish() }
        if !isReading {
            try begin(topics.input, at: task.position)
            lastRecord = .now
        }
        reader.poll(into: batch, wait: 20)
        defer { batch.release() }
        for index in 0..<batch.count {
            let record = batch[index]
            switch Self.step(record, until: targetOffset) {
            case .finish: return try finish()
            case .wait: continue
            case .check: try check(record, topics.input)
            }
            CrashPoint.reach(.duringReplay)
            task.replay(record, skipping: target.crashed)
            replayed += 1
            lastRecord = .now
        }
        guard ContinuousClock.now - lastRecord < markerWait else {
            throw EngineError(
                .unavailable, "reading \(topics.input) [\(task.partition)]: nothing came at \(task.position)",
                isTransient: true)
        }
        return false
    }

    enum Step: Equatable { case check, wait, finish }

    /// What a record of the input means for the replay.
    static func step(_ record: ConsumedRecord, until target: Int64) -> Step {
        if record.error == 0 || record.error == KafkaError.Code.partitionEnd {
            if record.offset >= target { return .finish }
            // A leader elected a moment ago may not know yet how far its log is committed: the rest will come.
            return record.error == 0 ? .check : .wait
        }
        return .check
    }

    private func finish() throws(EngineError) -> Bool {
        try? reader.assign([])
        CrashPoint.reach(.afterReplay)
        let same = task.pipeline.rollingDigest == target.digest && task.pipeline.sequence == target.events
        if !same, target.numerics == NumericsIdentity.hash {
            throw EngineError(
                .fault,
                "partition \(task.partition): replay to offset \(targetOffset) gave another digest "
                    + "(\(task.pipeline.sequence) events, \(task.pipeline.rollingDigest); committed: \(target.events), "
                    + "\(target.digest)). The task stops rather than go on with a model that is not the one it had")
        }
        diverged = !same
        task.resume(at: targetOffset, metadata: target, survived: survived)
        return true
    }

    private func check(_ record: ConsumedRecord, _ topic: String) throws(EngineError) {
        guard record.error != KafkaError.Code.autoOffsetReset else {
            throw EngineError(
                .data,
                "partition \(task.partition): \(topic) does not hold the offsets that the committed metadata name: was "
                    + "it recreated? Restore it, or begin anew under another name")
        }
        guard record.error == 0 else {
            throw EngineError(
                .unavailable, "reading \(topic) [\(task.partition)]: \(KafkaError.describe(record.error))",
                isTransient: true)
        }
    }
}
