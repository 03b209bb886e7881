import Foundation
public import KafkaClient

/// Why brokers cannot be reached, in words with a remedy: the same for `run` and `doctor`.
public enum BrokerAccess {
    /// Properties that name files which must be there.
    private static let files = [
        "ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.keystore.location", "ssl.crl.location",
        "sasl.kerberos.keytab",
    ]

    /// A file that the properties name and that cannot be read, or nil.
    public static func missingFile(_ properties: [(String, String)]) -> String? {
        for (name, path) in properties where files.contains(name) && path != "probe" {
            if FileManager.default.isReadableFile(atPath: path) { continue }
            let reason = FileManager.default.fileExists(atPath: path) ? "may not be read" : "does not exist"
            return "kafka.properties.\(name): the file \(path) \(reason). Put it there, or correct the property"
        }
        return nil
    }

    /// A sentence about a broker that does not answer.
    ///
    /// - Parameters:
    ///   - told: what the client was told on the way, if anything (`connectionError`).
    ///   - error: what the call ended with.
    public static func reason(bootstrap: String, told: KafkaError?, error: KafkaError) -> String {
        let cause = told ?? error
        return "no broker answers at \(bootstrap): \(cause.description). \(remedy(cause))"
    }

    private static func remedy(_ error: KafkaError) -> String {
        let text = error.message.lowercased()
        switch error.code {
        case KafkaError.Code.authentication:
            return "Correct the user or the password: kafka.properties.sasl.username, sasl.password, sasl.mechanism"
        case KafkaError.Code.ssl where ["wrong version", "plaintext", "unexpected eof"].contains(where: text.contains):
            return
                "Correct kafka.properties.security.protocol: that listener seems to speak no TLS (plaintext, sasl_plaintext)"
        case KafkaError.Code.ssl:
            return
                "Correct kafka.properties.ssl.ca.location: it must be the authority that signed the broker's certificate"
        case KafkaError.Code.resolve: return "Correct the host in kafka.bootstrap"
        case KafkaError.Code.transport where text.contains("security.protocol") || text.contains("ssl listener"):
            return "Correct kafka.properties.security.protocol: that listener speaks TLS or SASL (ssl, sasl_ssl)"
        case KafkaError.Code.transport where text.contains("apiversion"):
            return
                "Correct kafka.properties.security.protocol, or kafka.bootstrap: what listens there ends the connection"
        default: return "Start one, or correct kafka.bootstrap"
        }
    }

    /// What reading the group's offsets failed by. librdkafka asks on for a coordinator that it may not know, until its time
    /// is over, and tells the reason among the records.
    static func groupFailure(_ error: KafkaError, of reader: any LogReader) -> KafkaError {
        guard error.isTimedOut else { return error }
        let told = RecordBatch(capacity: 64)
        defer { told.release() }
        reader.poll(into: told, wait: 0)
        for place in 0..<told.count where KafkaError.of(told[place].error).isDenied {
            return KafkaError.of(told[place].error)
        }
        return error
    }
}
