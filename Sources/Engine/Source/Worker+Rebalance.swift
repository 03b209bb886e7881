import Console
import Foundation
import KafkaClient
import Topology

/// What happens when the group gives or takes partitions. Called inside `Consumer.poll`, on the worker's thread; never
/// throws through C: what fails is kept in `failure`.
extension Worker: RebalanceHandler {
    func assigned(_ partitions: [TopicPartition], by consumer: Consumer) {
        do throws(EngineError) { try take(partitions, consumer) } catch {
            failure = failure ?? error
            try? consumer.take([])
        }
        isAssigned = true
        status.update { $0.rebalances += 1 }
    }

    func revoked(_ partitions: [TopicPartition], by consumer: Consumer, lost: Bool) {
        if lost {
            Log.warning("partitions lost", ("partitions", "\(partitions.map(\.partition))"))
            for partition in partitions { drop(partition.partition) }
            draft.keepParts { tasks[$0.partition]?.assignment == $0.assignment }
        } else {
            CrashPoint.reach(.inRevokeBeforeCommit)
            do throws(EngineError) {
                let ending = partitions.compactMap { tasks[$0.partition] }
                // Never unbounded work in the callback: a tenth of a minute, far below max.poll.interval.ms.
                try drain(ending, within: 10)
                for task in ending where task.isSettled { parked[task.partition] = task }
                for restoration in restorations {
                    restoration.pause()
                    paused[restoration.task.partition] = restoration
                }
            } catch { failure = failure ?? error }
            CrashPoint.reach(.inRevokeAfterCommit)
            for partition in partitions { drop(partition.partition) }
        }
        try? consumer.giveUp(partitions)
        if !parked.isEmpty { CrashPoint.reach(.whileParked) }
    }

    private func drop(_ partition: Int32) {
        restorations.removeAll { $0.task.partition == partition }
        tasks.removeValue(forKey: partition)?.queue?.close()
        trial.give(partition)
        parked[partition]?.queue = nil
        status.update { $0.tasks[partition] = nil }
    }

    private func take(_ partitions: [TopicPartition], _ consumer: Consumer) throws(EngineError) {
        let committed: [PartitionOffset]
        do throws(KafkaError) {
            committed = partitions.isEmpty ? [] : try consumer.committed(partitions, timeout: 30_000)
        } catch { throw EngineError(error, "reading the committed offsets of group \(settings.topology.name)") }
        CrashPoint.reach(.afterStableRead)
        var offsets: [PartitionOffset] = []
        for partition in partitions {
            let found = committed.first { $0.partition == partition.partition }
            let task = try task(for: partition, committed: found)
            assignments += 1
            task.assignment = assignments
            tasks[partition.partition] = task
            offsets.append(
                PartitionOffset(
                    topic: partition.topic, partition: partition.partition, offset: startOffset(task, found),
                    metadata: nil))
        }
        do throws(KafkaError) {
            // Queues first: what is fetched in between would come to the consumer's own.
            for partition in partitions { tasks[partition.partition]!.queue = try consumer.openQueue(partition) }
            try consumer.take(offsets)
        } catch { throw EngineError(error, "taking partitions") }
        // An assignment is whole: what is not in it belongs to others now.
        parked = [:]
        paused = [:]
    }

    private func startOffset(_ task: PartitionTask, _ committed: PartitionOffset?) -> Int64 {
        guard let committed, committed.offset >= 0 else { return task.position }
        return committed.offset
    }

    private func task(for partition: TopicPartition, committed: PartitionOffset?) throws(EngineError) -> PartitionTask {
        let number = partition.partition
        let kept = parked.removeValue(forKey: number)
        guard let committed, committed.offset >= 0 else { return try genesis(partition) }
        guard let metadata = committed.metadata.flatMap({ OffsetMetadata(encoded: $0) }) else {
            throw EngineError(
                .data,
                "partition \(number): group \(settings.topology.name) has offset \(committed.offset) without our "
                    + "metadata: it was set by another program. Delete the group's offsets and the topic "
                    + "\(topics.state), or begin anew under another name")
        }
        if let kept, kept.committed == metadata, kept.position == committed.offset { return kept }
        if let restoration = paused.removeValue(forKey: number), restoration.target == metadata {
            restorations.append(restoration)
            return restoration.task
        }
        let task = PartitionTask(partition: number, topology: settings.topology, cluster: cluster)
        restorations.append(
            Restoration(
                task: task, target: metadata, targetOffset: committed.offset,
                survived: hasSurvived(number, metadata.sequence), reader: reader, topics: topics,
                batch: RecordBatch(capacity: 2000),
                markerWait: .milliseconds(2 * settings.transactionTimeoutMilliseconds)))
        return task
    }

    /// The partition's last transaction is one of this process, which is alive: no record of its has killed anything.
    private func hasSurvived(_ partition: Int32, _ sequence: UInt64) -> Bool {
        guard let last = handedOver[partition] else { return false }
        // The last one may or may not have been committed.
        return sequence == last || sequence &+ 1 == last
    }

    /// A topic that was just created has no leader for a moment: asks again for some seconds.
    private func watermarks(_ partition: TopicPartition) throws(KafkaError) -> (low: Int64, high: Int64) {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do throws(KafkaError) { return try reader.watermarks(partition, timeout: 5000) } catch {
                guard ContinuousClock.now < end else { throw error }
                usleep(50_000)
            }
        }
    }

    /// A first start, and only that: no offset and no state.
    private func genesis(_ partition: TopicPartition) throws(EngineError) -> PartitionTask {
        let state = TopicPartition(topic: topics.state, partition: partition.partition)
        let task = PartitionTask(partition: partition.partition, topology: settings.topology, cluster: cluster)
        let isStored: Bool
        do throws(KafkaError) {
            let marks = settings.isMock ? (low: 0, high: 0) : try watermarks(state)
            isStored = marks.high > marks.low ? try settings.holdsCommittedRecords(state, from: marks.low) : false
        } catch {
            guard !error.isUnknownTopic else {
                throw EngineError(
                    .unavailable,
                    "\(topics.state) has no partition \(partition.partition), but \(topics.input) has: was it given more "
                        + "partitions? Its state would have to move with the keys: begin anew under another name")
            }
            throw EngineError(error, "reading \(topics.state)")
        }
        guard !isStored else {
            throw EngineError(
                .data,
                "partition \(partition.partition): \(topics.state) holds state but group \(settings.topology.name) has "
                    + "no committed offset (expired, or the input topic was recreated). Delete \(topics.state) to begin "
                    + "anew, or use another name")
        }
        do throws(KafkaError) {
            switch settings.topology.start {
            case .earliest: task.begin(at: try watermarks(partition).low)
            case .latest: task.begin(at: try watermarks(partition).high)
            case .time(let time):
                let found = try reader.offsets(at: time, [partition], timeout: 10_000).first?.offset ?? -1
                task.begin(at: found >= 0 ? found : try watermarks(partition).high)
            }
        } catch { throw EngineError(error, "finding where to start in \(topics.input)") }
        return task
    }
}
