import OnlineLearning

/// The Kafka cluster that stored state belongs to, and the key that seals it.
///
/// Without a key, sums find damage and mistakes. With one (`kafka.state_key`) they are HMAC-SHA256 (RFC 2104), of which the
/// first 8 bytes are kept: who may write the state topic or commit the group's offsets, and does not know the key, cannot
/// make what is taken for state.
struct Cluster: Sendable, Equatable, ExpressibleByStringLiteral {
    var id: String
    var key: [UInt8]?

    init(_ id: String, key: [UInt8]? = nil) {
        self.id = id
        self.key = key
    }

    /// A cluster without a key.
    init(stringLiteral id: String) { self.init(id) }

    /// The sum that stands behind stored bytes.
    func sum(_ bytes: [UInt8]) -> UInt64 {
        guard let key else { return bytes.withUnsafeBytes { StableHash.of($0) } }
        return UInt64(littleEndian: SHA256.keyed(bytes, key).prefix(8))
    }

    /// Bytes with their sum behind them; without a key as they are, for a hash elsewhere stands for them.
    func sealed(_ bytes: [UInt8], partition: Int32) -> [UInt8] {
        guard key != nil else { return bytes }
        return bytes + withUnsafeBytes(of: sum(bytes + "\(partition)".utf8).littleEndian) { Array($0) }
    }

    /// What `sealed` was given, or nil: the sum does not match.
    func opened(_ bytes: [UInt8], partition: Int32) -> [UInt8]? {
        guard key != nil else { return bytes }
        guard bytes.count > 8 else { return nil }
        let inner = Array(bytes.dropLast(8))
        return sealed(inner, partition: partition) == bytes ? inner : nil
    }
}
