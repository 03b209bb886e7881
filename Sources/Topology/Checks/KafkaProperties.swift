import Text

/// Reads `kafka.properties`.
struct KafkaProperties {
    let checker: Checker

    /// Names and values in the file's order.
    func read(_ kafka: Section) -> [(String, String)] {
        guard let node = kafka.node("properties") else { return [] }
        guard let entries = node.entries else {
            checker.report(
                node.mark, "'kafka.properties' must be a map of librdkafka properties, not \(node.kindInWords)")
            return []
        }
        let properties = entries.compactMap(property)
        for (name, text) in DeniedProperties.warnings(properties) {
            let mark = entries.last { $0.key == name }?.mark ?? node.mark
            checker.report(mark, "'\(name)': \(text)", severity: .warning)
        }
        return properties
    }

    private func property(_ entry: YAMLEntry) -> (String, String)? {
        if let reason = Planned.ownedProperties[entry.key] {
            checker.report(entry.mark, "the engine owns the property '\(entry.key)': \(reason)")
            return nil
        }
        if let reason = DeniedProperties.reasons[entry.key] {
            checker.report(entry.mark, "the property '\(entry.key)' is refused: \(reason)")
            return nil
        }
        let (known, suggestion) = checker.isKnownKafkaProperty(entry.key)
        guard known else {
            checker.report(entry.mark, "librdkafka has no property '\(entry.key)'", suggestion: suggestion)
            return nil
        }
        guard let value = entry.node.text, !entry.node.isNull else {
            checker.report(
                entry.node.mark, "the property '\(entry.key)' must be text or a number, not \(entry.node.kindInWords)")
            return nil
        }
        if let mistake = DeniedProperties.mistake(in: value, of: entry.key) {
            checker.report(entry.node.mark, "the property '\(entry.key)': \(mistake)")
            return nil
        }
        guard SecretProperties.contains(entry.key) else { return (entry.key, value) }
        return secret(entry.key, entry.node, value).map { (entry.key, $0) }
    }

    /// `kafka.state_key`, or nil.
    func stateKey(_ kafka: Section) -> [UInt8]? {
        guard let node = kafka.node("state_key"), let value = kafka.text("state_key"),
            let text = secret("state_key", node, value)
        else { return nil }
        let key = Array(text.utf8)
        guard key.count >= 16 else {
            checker.report(
                node.mark,
                "the secret 'state_key' has \(key.count) bytes, and 16 are needed: `openssl rand -hex 32` makes one")
            return nil
        }
        return key
    }

    /// A secret's value: from a variable without a default, or from a file. Never the text itself, which many may read.
    private func secret(_ name: String, _ node: YAMLNode, _ value: String) -> String? {
        let raw = node.raw ?? value
        if raw.hasPrefix("${"), raw.hasSuffix("}"), !raw.contains(":-"), raw.firstIndex(of: "}") == raw.indices.last {
            return value
        }
        if value.hasPrefix("file:") {
            do throws(FileError) {
                let bytes = try TextFile.readBytes(String(value.dropFirst(5)), limit: 1 << 16, isNamedByTopology: true)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw FileError(message: "the file is not UTF-8 text")
                }
                return String(text.reversed().drop { $0.isNewline }.reversed())
            } catch {
                checker.report(node.mark, "the secret '\(name)': \(error.message)")
                return nil
            }
        }
        checker.report(
            node.mark,
            "the secret '\(name)' stands here as plain text: write ${NAME} for an environment "
                + "variable, or file:PATH")
        return nil
    }
}
