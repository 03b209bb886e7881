import KafkaClient

/// What is running: for `--version`, `doctor` and the metrics.
public enum BuildFacts {
    /// The program's version.
    public static let version = "0.1.0"
    /// The version of the librdkafka that was loaded.
    public static var librdkafka: String { KafkaLibrary.version }
    /// What decides whether two machines compute the same numbers: replay is bit for bit where it is equal.
    public static var numerics: String { NumericsIdentity.text }
}
