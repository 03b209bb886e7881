import Console
import Foundation
import KafkaClient

extension Invocation {
    /// `--bootstrap`, else KAFKA_BOOTSTRAP, else loopback.
    var bootstrap: String {
        text("bootstrap") ?? ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"] ?? "127.0.0.1:9092"
    }
}

extension ContinuousClock {
    /// Blocks the calling thread.
    static func pause(milliseconds: Int) { Thread.sleep(forTimeInterval: Double(milliseconds) / 1000) }
}
