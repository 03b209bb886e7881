import KafkaClient

/// Why the engine stopped, with the remedy.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which exit code it becomes: design 5.
    public enum Kind: Sendable {
        /// What is stored or read does not fit: 65.
        case data
        /// A broker or a topic is not to be had: 69.
        case unavailable
        /// Our fault: 70.
        case fault
    }

    /// Whose fault it is.
    public let kind: Kind
    /// What happened and what to do.
    public let message: String
    /// The worker may begin again from its committed position.
    let isTransient: Bool

    init(_ kind: Kind, _ message: String, isTransient: Bool = false) {
        self.kind = kind
        self.message = message
        self.isTransient = isTransient
    }

    init(_ error: KafkaError, _ doing: String) {
        self.init(.unavailable, "\(doing): \(error.description)", isTransient: true)
    }

    public var description: String { message }
}
