import KafkaClient

/// What the control plane is told.
extension Worker {
    func reportReady() {
        guard isAssigned, restorations.isEmpty, tasks.values.allSatisfy(\.isReady) else { return }
        stop.reportReady(worker: index)
    }

    func publishStatus(full: Bool) {
        let current = tasks.mapValues { task in
            let end = consumer.cachedWatermarks(TopicPartition(topic: topics.input, partition: task.partition)).high
            if end >= 0 { task.counters.end = end }
            return task.status(full: full)
        }
        let assigned = isAssigned
        let index = self.index
        status.update { values in
            for (partition, task) in current { values.tasks[partition] = task }
            values.heartbeats[index] = .now
            if assigned { values.assignedWorkers.insert(index) } else { values.assignedWorkers.remove(index) }
        }
        if isAssigned, tasks.isEmpty { stop.reportReady(worker: index) }
    }
}
