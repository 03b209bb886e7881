import Foundation
import KafkaClient
import Synchronization

/// Producers that say to be one transactional id, again and again, so that whoever holds it is fenced.
final class Fencers: Sendable {
    private let isWanted = Atomic(true)

    init(_ id: String, count: Int) {
        for _ in 0..<count {
            Thread.detachNewThread { [self] in
                while isWanted.load(ordering: .relaxed) {
                    var configuration = KafkaConfiguration(bootstrap: Broker.shared.bootstrap)
                    configuration.set("transactional.id", id)
                    guard let producer = try? Producer(configuration) else { continue }
                    // Fenced by one of the others, often.
                    try? producer.initTransactions(timeout: 30_000)
                    producer.close(timeout: 5000)
                }
            }
        }
    }

    func stop() { isWanted.store(false, ordering: .relaxed) }
}
