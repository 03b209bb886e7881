import Foundation
import KafkaClient
import Synchronization
import Testing

/// Feeds partition 0 of a topic, 500 records a second, until it is told to stop.
final class Feeder: Sendable {
    private let topic: String
    private let record = Mutex<(@Sendable (Int) -> [UInt8])?>(nil)
    /// How old the records say they are.
    private let age: Double
    private let broker: Broker
    /// The thread's end, with what it ended by.
    private let ended = DispatchSemaphore(value: 0)
    private let failure = Mutex<String?>(nil)

    init(_ topic: String, age: Double = 0, broker: Broker = .shared) {
        self.topic = topic
        self.age = age
        self.broker = broker
    }

    /// Begins, or goes on with other records; row after row of the electricity stream.
    func start(_ make: @escaping @Sendable (Int) -> [UInt8]) {
        let isNew = record.withLock { record in
            defer { record = make }
            return record == nil
        }
        guard isNew else { return }
        Thread.detachNewThread { [self] in
            do { try feed() } catch { failure.withLock { $0 = "\(error)" } }
            ended.signal()
        }
    }

    /// Ends it, and waits until what was fed has arrived, so that a broker may be stopped afterwards.
    func stop() {
        guard record.withLock({ $0.take() }) != nil else { return }
        #expect(ended.wait(timeout: .now() + 60) == .success, "feeding does not end")
        failure.withLock { if let text = $0 { Issue.record("feeding: \(text)") } }
    }

    private func feed() throws {
        let producer = try broker.producer()
        defer { producer.close(timeout: 5000) }
        let handle = try producer.topic(topic)
        var row = 0
        while let make = record.withLock({ $0 }) {
            for _ in 0..<50 {
                let now = Int64((Date().timeIntervalSince1970 - age) * 1000)
                try producer.produce(
                    value: make(row % Electricity.records.count), key: nil, headers: [], timestamp: now, to: handle,
                    partition: 0, timeout: 10_000)
                row += 1
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        try producer.flush(timeout: 30_000)
    }
}
