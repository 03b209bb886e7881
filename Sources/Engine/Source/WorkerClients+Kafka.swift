import Foundation
import KafkaClient
import Topology

extension WorkerClients {
    /// Clients of a real cluster. Connects in the background: nothing here waits for a broker.
    static func kafka(_ context: WorkerContext) throws(EngineError) -> WorkerClients {
        let settings = context.settings
        let topics = context.topics
        let id = "\(settings.topology.name).\(settings.instance).\(context.index)"
        let attempt = TransactionAttempt(
            client: KafkaTransactions(settings: settings, topics: topics, id: id), topics: topics,
            cluster: context.cluster, predictionsAreTransactional: settings.predictionsAreTransactional,
            largestDeadLetter: settings.limits.largestDeadLetter, clock: context.clock,
            pause: { Thread.sleep(forTimeInterval: $0 / .seconds(1)) })
        let timeout = Duration.milliseconds(settings.transactionTimeoutMilliseconds)
        do throws(KafkaError) {
            let bell = Bell()
            let reader = try Consumer(settings.reader())
            reader.onLog = ClientLog.write
            let labelReader = topics.labels == nil ? nil : try Consumer(settings.reader())
            labelReader?.onLog = ClientLog.write
            return WorkerClients(
                group: try KafkaGroup(settings.groupConsumer(worker: context.index), topics: topics.inputs, bell: bell),
                reader: reader, labelReader: labelReader,
                inquirer: Inquiries(settings: settings, topics: topics) { bell.ring() },
                committer: Committer(attempt, timeout: timeout, status: context.status) { bell.ring() },
                direct: settings.predictionsAreTransactional
                    ? nil : DirectPublisher(settings: settings, topics: topics) { bell.ring() })
        } catch { throw EngineError(error, "starting worker \(context.index)") }
    }

    /// Ends all of them within about that time; what does not end is left behind.
    func close(within duration: Duration) {
        let end = ContinuousClock.now + duration
        inquirer.close()
        group.close(within: duration * 0.4)
        committer.stop(within: max(end - .now, .seconds(1)) * 0.6)
        direct?.close(within: max(end - .now, .milliseconds(500)) * 0.5)
        reader.close(within: max(end - .now, .milliseconds(500)) * 0.5)
        labelReader?.close(within: max(end - .now, .milliseconds(500)) * 0.5)
    }
}
