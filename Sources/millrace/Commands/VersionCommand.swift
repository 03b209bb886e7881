import Console
import Engine

/// `millrace --version`: the program, the library it speaks Kafka with, and what its numbers depend on.
enum VersionCommand {
    static func run() {
        Terminal.print("millrace \(BuildFacts.version)")
        Terminal.print("librdkafka \(BuildFacts.librdkafka)")
        Terminal.print("numerics \(BuildFacts.numerics)")
    }
}
