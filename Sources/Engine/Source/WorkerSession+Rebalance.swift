import Console
import KafkaClient

/// Carries out what the rebalance machine decides.
extension WorkerSession {
    func handle(_ event: RebalanceMachine.Event) throws(EngineError) {
        var event = event
        // Lost between the group's word and now: others may have them.
        if case .drained = event, clients.group.isAssignmentLost { event = .group(.lost(Array(tasks.keys))) }
        let kept =
            parked.mapValues {
                RebalanceMachine.Kept(offset: $0.position, metadata: $0.committed, isRestoring: false)
            }.merging(
                paused.mapValues {
                    RebalanceMachine.Kept(offset: $0.place.offset, metadata: $0.place.metadata, isRestoring: true)
                }
            ) { $1 }
        if case .group(let event) = event { note(event) }
        for action in rebalance.handle(event, at: context.clock.now, kept: kept) { try act(action) }
    }

    private func note(_ event: GroupEvent) {
        context.status.update { $0.rebalances += 1 }
        switch event {
        case .assigned(let partitions): Log.debug("partitions assigned", ("partitions", "\(partitions)"))
        case .revoked(let partitions): Log.debug("partitions revoked", ("partitions", "\(partitions)"))
        case .lost(let partitions): Log.warning("partitions lost", ("partitions", "\(partitions)"))
        case .split(let partitions): Log.warning("partitions of one input only", ("partitions", "\(partitions)"))
        }
    }

    private func act(_ action: RebalanceMachine.Action) throws(EngineError) {
        switch action {
        case .ask(let question): clients.inquirer.ask(question)
        case .start(let partition, let assignment, let origin): try start(partition, assignment, origin)
        case .take(let partitions): try take(partitions)
        case .drain(let partitions):
            CrashPoint.reach(.inRevokeBeforeCommit)
            if drain == nil { drain = Drain(.revocation, partitions.compactMap { tasks[$0] }) }
        case .letGo(let partitions, let keeping): letGo(partitions, keeping: keeping)
        case .giveUp(let partitions):
            try? clients.group.giveUp(partitions.flatMap(topicPartitions))
            if drain?.purpose == .revocation { drain = nil }
            if !parked.isEmpty { CrashPoint.reach(.whileParked) }
        case .forgetKept:
            parked = [:]
            paused = [:]
        case .fail(let error): throw error
        }
    }

    private func topicPartition(_ partition: Int32) -> TopicPartition {
        TopicPartition(topic: context.topics.input, partition: partition)
    }

    /// Of every input.
    private func topicPartitions(_ partition: Int32) -> [TopicPartition] {
        context.topics.inputs.map { TopicPartition(topic: $0, partition: partition) }
    }

    private func start(_ partition: Int32, _ assignment: UInt64, _ origin: RebalanceMachine.Origin) throws(EngineError)
    {
        let task: PartitionTask
        switch origin {
        case .parked:
            task = parked.removeValue(forKey: partition)!
        case .paused:
            let restoration = paused.removeValue(forKey: partition)!
            restorations.append(restoration)
            task = restoration.task
        case .nothing(let offset, let stateEnd, let labels, let controlEnd):
            task = try newTask(partition)
            task.begin(
                at: offset, stateEnd: stateEnd, labels: labels, controlEnd: controlEnd, now: context.clock.now)
        case .withheld(let offset, let labels):
            task = try newTask(partition)
            task.begin(at: offset, stateEnd: 0, labels: labels, now: context.clock.now)
            task.phase = .withheld
        case .stored(let place):
            task = try newTask(partition)
            let marker = Duration.milliseconds(2 * context.settings.transactionTimeoutMilliseconds)
            restorations.append(
                Restoration(
                    task: task, place: place, survived: survivals.include(partition, place.metadata.sequence),
                    reader: clients.reader, labelReader: clients.labelReader, topics: context.topics,
                    cluster: context.cluster, clock: context.clock,
                    patience: .init(marker: marker, replay: marker),
                    following: context.settings.goesBack ? .fileAlsoBack : .file))
        }
        task.assignment = assignment
        tasks[partition] = task
    }

    private func newTask(_ partition: Int32) throws(EngineError) -> PartitionTask {
        let task = PartitionTask(
            partition: partition, topology: context.settings.topology, cluster: context.cluster, now: context.clock.now)
        if let folder = context.settings.stateFolder { try task.labels?.open(in: folder) }
        return task
    }

    private func take(_ partitions: [Int32]) throws(EngineError) {
        do throws(KafkaError) {
            // Lanes first: what is fetched in between would come to the consumer's own queue.
            for partition in partitions {
                let task = tasks[partition]!
                task.queue = try clients.group.openLane(topicPartition(partition))
                if hearsCommands {
                    task.control.queue = try clients.group.openLane(
                        TopicPartition(topic: context.topics.control, partition: partition))
                }
                guard let topic = context.topics.labels else { continue }
                task.labels?.queue = try clients.group.openLane(TopicPartition(topic: topic, partition: partition))
            }
            try clients.group.take(partitions.flatMap(starts))
        } catch { throw EngineError(error, "taking partitions") }
        order.tasks(tasks.keys)
        hasToldReady = false
        reportReady()
    }

    /// Where a task's inputs are read from.
    private func starts(_ partition: Int32) -> [PartitionOffset] {
        let task = tasks[partition]!
        let place = restorations.first { $0.task.partition == partition }?.place
        var starts = [PartitionOffset(topicPartition(partition), offset: place?.offset ?? task.position)]
        if let labels = task.labels, let topic = context.topics.labels {
            let offset = place?.labels?.offset ?? labels.lane.position
            starts.append(PartitionOffset(TopicPartition(topic: topic, partition: partition), offset: offset))
        }
        if hearsCommands {
            let control = TopicPartition(topic: context.topics.control, partition: partition)
            starts.append(PartitionOffset(control, offset: place?.controlStart ?? task.control.next))
        }
        return starts
    }

    /// The mock cluster has no such topic.
    private var hearsCommands: Bool { !context.settings.isMock }

    /// Ends tasks; keeps those whose every event is committed, and restores under way.
    private func letGo(_ partitions: [Int32], keeping: Bool) {
        if keeping {
            for partition in partitions {
                if let task = tasks[partition], task.isSettled { parked[partition] = task }
            }
            for restoration in restorations where partitions.contains(restoration.task.partition) {
                restoration.pause()
                paused[restoration.task.partition] = restoration
            }
            CrashPoint.reach(.inRevokeAfterCommit)
        }
        for partition in partitions {
            restorations.removeAll { $0.task.partition == partition }
            if let task = tasks.removeValue(forKey: partition) {
                task.queue?.close()
                task.queue = nil
                task.first = nil
                task.labels?.release()
                task.control.queue?.close()
                task.control.queue = nil
                task.aside?.batch.release()
                task.aside = nil
            }
            context.trial.give(partition)
            if cut?.partition == partition {
                batch.release()
                cut = nil
            }
        }
        order.tasks(tasks.keys)
        flow.keepParts { [tasks] in tasks[$0.partition]?.assignment == $0.assignment }
        context.status.update { values in for partition in partitions { values.tasks[partition] = nil } }
    }
}
