/// librdkafka properties that a topology may not have at all: they load code or run programs, and a topology that comes
/// from somebody else must not.
enum DeniedProperties {
    static let reasons: [String: String] = [
        "plugin.library.paths": "it loads code into this process",
        "interceptors": "it loads code into this process",
        "ssl.engine.location": "it loads code into this process",
        "ssl.engine.id": "it loads code into this process",
        "ssl.providers": "it loads code into this process",
        "sasl.kerberos.kinit.cmd": "it is run by a shell; keep tickets fresh outside, by k5start or a cron job",
    ]

    /// Properties that librdkafka puts into the shell command which renews Kerberos tickets.
    private static let inCommands: Set<String> = [
        "sasl.kerberos.principal", "sasl.kerberos.keytab", "sasl.kerberos.service.name",
    ]

    /// Why a value may not be, or nil.
    static func mistake(in value: String, of property: String) -> String? {
        guard inCommands.contains(property) else { return nil }
        let isGood = value.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || "._@/-".utf8.contains($0)
        }
        return isGood ? nil : "it becomes part of a shell command: letters, digits and ._@/- only"
    }

    /// What is weak about properties that are allowed, with the one to look at.
    static func warnings(_ properties: [(String, String)]) -> [(property: String, text: String)] {
        func value(_ name: String) -> String? { properties.last { $0.0 == name }?.1.lowercased() }
        var found: [(String, String)] = []
        if value("enable.ssl.certificate.verification") == "false" {
            found.append(
                (
                    "enable.ssl.certificate.verification",
                    "the broker's certificate is not checked: anybody can be the broker"
                ))
        }
        if value("ssl.endpoint.identification.algorithm") == "none" {
            found.append(
                (
                    "ssl.endpoint.identification.algorithm",
                    "the broker's name is not checked: any certificate of the same authority will do"
                ))
        }
        let protocolName = value("security.protocol") ?? "plaintext"
        if protocolName == "sasl_plaintext" {
            found.append(("security.protocol", "SASL without TLS: who listens reads the password or takes the session"))
        } else if !protocolName.hasPrefix("sasl"),
            let sasl = ["sasl.mechanism", "sasl.mechanisms"].first(where: {
                value($0) != nil
            })
        {
            found.append((sasl, "has no effect with `security.protocol: \(protocolName)`: write sasl_ssl"))
        }
        return found
    }
}
