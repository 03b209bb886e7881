import CRDKafka
import Text

/// librdkafka properties in the order they were set; the last value of a key wins.
public struct KafkaConfiguration: Sendable {
    /// Key and value, one entry per key.
    public private(set) var properties: [(key: String, value: String)] = []

    /// Properties for a cluster. Values are checked when a client is made from them.
    public init(bootstrap: String, properties: [(String, String)] = []) {
        set("bootstrap.servers", bootstrap)
        for (key, value) in properties { set(key, value) }
    }

    /// Sets a property, or replaces it.
    public mutating func set(_ key: String, _ value: String) {
        if let index = properties.firstIndex(where: { $0.key == key }) {
            properties[index].value = value
        } else {
            properties.append((key: key, value: value))
        }
    }

    /// Sets a property where the loaded librdkafka has it: some keys came only with a later version.
    public mutating func setIfKnown(_ key: String, _ value: String) {
        if KafkaProperties.isKnown(key) { set(key, value) }
    }

    /// Sets a property unless it is set already, and only where the loaded librdkafka has it.
    public mutating func setDefault(_ key: String, _ value: String) {
        if self[key] == nil { setIfKnown(key, value) }
    }

    /// The value that was set.
    public subscript(key: String) -> String? { properties.first { $0.key == key }?.value }

    /// One `key=value` per line with passwords, keys and certificates replaced by `[redacted]`.
    public var redactedDescription: String {
        properties.map { "\($0.key)=\(SecretProperties.contains($0.key) ? "[redacted]" : $0.value)" }
            .joined(separator: "\n")
    }

    /// A `rd_kafka_conf_t` with every property set. The caller owns it until `rd_kafka_new` succeeds.
    func makeHandle() throws(KafkaError) -> OpaquePointer {
        let conf: OpaquePointer = rd_kafka_conf_new()
        for (key, value) in properties {
            if let problem = KafkaProperties.set(key, value, on: conf) {
                rd_kafka_conf_destroy(conf)
                throw KafkaError(code: KafkaError.Code.invalidArgument, problem)
            }
        }
        return conf
    }
}
