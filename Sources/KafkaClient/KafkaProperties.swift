import CRDKafka
import Text

/// Which properties the loaded librdkafka has: for the linter and for good messages.
public enum KafkaProperties {
    /// Whether the key exists, aliases and topic properties included.
    public static func isKnown(_ name: String) -> Bool {
        let conf: OpaquePointer = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        // Asking for the value answers "unknown" for a key that is merely unset, so try a value instead.
        return rd_kafka_conf_set(conf, name, "\u{1}", nil, 0) != RD_KAFKA_CONF_UNKNOWN
    }

    /// What is wrong with a key and value, or nil. Checks one property alone, not how several fit together.
    public static func problem(_ name: String, _ value: String) -> String? {
        let conf: OpaquePointer = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        return set(name, value, on: conf)
    }

    /// The known key nearest to a mistyped one, or nil when none is near.
    public static func nearest(to name: String) -> String? { Suggestion.nearest(to: name, in: names) }

    /// Every key with a default, and the aliases people use, sorted.
    public static let names: [String] = {
        var found: Set<String> = ["bootstrap.servers", "sasl.mechanism", "linger.ms", "acks", "retries"]
        let conf: OpaquePointer = rd_kafka_conf_new()
        found.formUnion(keys(rd_kafka_conf_dump, of: conf))
        rd_kafka_conf_destroy(conf)
        let topicConf: OpaquePointer = rd_kafka_topic_conf_new()
        found.formUnion(keys(rd_kafka_topic_conf_dump, of: topicConf))
        rd_kafka_topic_conf_destroy(topicConf)
        // Keys without a default are not dumped.
        let unset = [
            "ssl.ca.location", "ssl.ca.pem", "ssl.certificate.location", "ssl.certificate.pem", "ssl.key.location",
            "ssl.key.pem", "ssl.key.password", "ssl.cipher.suites", "ssl.crl.location", "ssl.keystore.location",
            "ssl.keystore.password", "sasl.username", "sasl.password", "sasl.kerberos.keytab", "group.id",
            "group.instance.id", "transactional.id", "client.rack", "debug", "sasl.oauthbearer.config",
        ]
        found.formUnion(unset.filter(isKnown))
        return found.sorted()
    }()

    /// Sets one property; returns the problem, with a suggestion, or nil. A value is never repeated for a secret key.
    static func set(_ name: String, _ value: String, on conf: OpaquePointer) -> String? {
        var text = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(conf, name, value, &text, text.count) {
        case RD_KAFKA_CONF_OK:
            return nil
        case RD_KAFKA_CONF_UNKNOWN:
            let hint = nearest(to: name).map { "; did you mean \($0)?" } ?? ""
            return "librdkafka \(KafkaLibrary.version) has no property \(name)\(hint)"
        default:
            return SecretProperties.contains(name)
                ? "the value of \(name) is not accepted" : "\(name): \(text.asString)"
        }
    }

    private typealias Pairs = UnsafeMutablePointer<UnsafePointer<CChar>?>
    private typealias Dump = (OpaquePointer?, UnsafeMutablePointer<Int>?) -> Pairs?

    private static func keys(_ dump: Dump, of conf: OpaquePointer) -> [String] {
        var count = 0
        guard let pairs = dump(conf, &count) else { return [] }
        defer { rd_kafka_conf_dump_free(pairs, count) }
        return stride(from: 0, to: count, by: 2).compactMap { i in pairs[i].map { String(cString: $0) } }
    }
}

extension [CChar] {
    /// The bytes before the first zero, as text.
    var asString: String { String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
