/// Puts `${NAME}` and `${NAME:-default}` into the scalars of a tree; `$${` stays as `${`.
///
/// It works on values after YAML is read, so that a variable's text can never become keys or comments.
struct EnvironmentVariables {
    let values: [String: String]
    let checker: Checker

    /// The same tree with variables put in. A scalar that had some keeps what was written in `raw`.
    func fill(_ node: YAMLNode) -> YAMLNode {
        var filled = node
        switch node.value {
        case .scalar(let text, let plain):
            guard text.utf8.contains(0x24) else { return node }
            let value = fill(text, at: node.mark)
            if value != text {
                filled.value = .scalar(value, plain: plain)
                filled.raw = text
                checker.references.add(value, writtenAs: text)
            }
        case .list(let items): filled.value = .list(items.map(fill))
        case .map(let entries):
            filled.value = .map(entries.map { YAMLEntry(key: $0.key, mark: $0.mark, node: fill($0.node)) })
        }
        return filled
    }

    func fill(_ text: String, at mark: YAMLMark) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let after = rest[dollar...]
            if after.hasPrefix("$${") {
                result += "${"
                rest = after.dropFirst(3)
            } else if after.hasPrefix("${") {
                guard let end = after.firstIndex(of: "}") else {
                    checker.report(mark, "'${' without its '}' (write '$${' for the characters themselves)")
                    return text
                }
                result += value(of: after[after.index(after.startIndex, offsetBy: 2)..<end], at: mark)
                rest = after[after.index(after: end)...]
            } else {
                result += "$"
                rest = after.dropFirst()
            }
        }
        return result + rest
    }

    /// As the shell has it: an empty variable counts as absent where there is a default.
    private func value(of reference: Substring, at mark: YAMLMark) -> String {
        var name = reference
        var standard: Substring?
        if let range = Self.separator(in: reference) {
            name = reference[..<range.lowerBound]
            standard = reference[range.upperBound...]
        }
        let bytes = name.utf8
        let good = bytes.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
        }
        guard good, let first = bytes.first, !(0x30...0x39).contains(first) else {
            checker.report(mark, "'${\(reference)}' is not a variable: write ${NAME} or ${NAME:-default}")
            return ""
        }
        if let value = values[String(name)], !value.isEmpty || standard == nil { return value }
        if let standard { return String(standard) }
        checker.report(
            mark,
            "the environment variable '\(name)' is not set and has no default: set it or write ${\(name):-default}")
        return ""
    }

    private static func separator(in text: Substring) -> Range<Substring.Index>? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let next = text.index(after: colon)
        guard next < text.endIndex, text[next] == "-" else { return nil }
        return colon..<text.index(after: next)
    }
}
