import Console
import Engine
import KafkaClient

/// `millrace --version`: the program, the library it speaks Kafka with, and what its numbers depend on.
enum VersionCommand {
    static let version = "0.1.0"

    static func run() {
        Terminal.print("millrace \(version)")
        Terminal.print("librdkafka \(KafkaLibrary.version)")
        Terminal.print("numerics \(NumericsIdentity.text)")
    }
}
