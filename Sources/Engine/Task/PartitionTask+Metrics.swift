import OnlineLearning
import Text
import Topology

extension PartitionTask {
    /// Its figures are due, events or not: whoever reads them knows by that that it is there.
    func owesMetrics(at now: ContinuousClock.Instant) -> Bool { phase == .running && now >= nextMetrics }

    /// Its figures for the transaction that is being sealed, where they are due. Cost: a report of all metrics.
    ///
    /// - Parameters:
    ///   - interval: until they are due again.
    ///   - isLast: the assignment ends; what has not been told is told now.
    func takeMetrics(
        instance: String, at now: ContinuousClock.Instant, every interval: Duration, isLast: Bool
    ) -> [UInt8]? {
        let isLastWord = isLast && phase == .running && pipeline.sequence != toldSequence
        guard owesMetrics(at: now) || isLastWord else { return nil }
        nextMetrics = now + interval
        toldSequence = pipeline.sequence
        let features = topology.pipeline.schema.features.map(\.name)
        let record = MetricsRecord(partition: partition, instance: instance, status: status(full: true))
        return Array(record.json(topology: topology.name, features: features, eventTime: streamTime).text.utf8)
    }
}
