import Text

/// Writes a tree as YAML: one spelling per tree, so that equal topologies have equal text.
enum YAMLWriter {
    /// The text of a tree. Reading it gives the tree again; values from the environment stand as the reference that was
    /// written.
    static func text(_ node: YAMLNode) -> String {
        var text = ""
        block(node, indent: 0, into: &text)
        return text
    }

    private static func block(_ node: YAMLNode, indent: Int, into text: inout String) {
        guard case .map(let entries) = node.value, !entries.isEmpty else {
            text += flow(node) + "\n"
            return
        }
        for entry in entries {
            text += String(repeating: " ", count: indent) + scalar(entry.key, plain: true) + ":"
            switch entry.node.value {
            case .map(let inner) where !inner.isEmpty:
                text += "\n"
                block(entry.node, indent: indent + 2, into: &text)
            case .list(let items) where !items.isEmpty:
                text += "\n"
                for item in items {
                    text += String(repeating: " ", count: indent + 2) + "- " + flow(item) + "\n"
                }
            default:
                text += " " + flow(entry.node) + "\n"
            }
        }
    }

    private static func flow(_ node: YAMLNode) -> String {
        switch node.value {
        case .scalar(let value, let plain):
            if let raw = node.raw { return scalar(raw, plain: false) }
            if node.isNull { return "null" }
            return scalar(escapedDollar(value), plain: plain)
        case .list(let items): return "[" + items.map { flow($0) }.joined(separator: ", ") + "]"
        case .map(let entries):
            let inner = entries.map { scalar($0.key, plain: true) + ": " + flow($0.node) }
            return "{" + inner.joined(separator: ", ") + "}"
        }
    }

    /// The characters `${` would be a variable when the text is read again.
    static func escapedDollar(_ text: String) -> String {
        guard text.utf8.contains(0x24) else { return text }
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            result += rest.hasPrefix("${") ? "$${" : "$"
            rest = rest.dropFirst(rest.hasPrefix("${") ? 2 : 1)
        }
        return result + rest
    }

    /// The text as it is where that is safe, else in double quotes.
    static func scalar(_ text: String, plain: Bool) -> String {
        let bytes = text.utf8
        let safe = bytes.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || [0x2d, 0x2e, 0x2b, 0x2f, 0x5f].contains($0)
        }
        if plain, safe, !text.isEmpty, text != "null", AmbiguousWord.truth(of: text) == nil, text != "-",
            !text.hasPrefix("--"), text != "..."
        {
            return text
        }
        return JSONText.quoted(text)
    }

    /// A text for a comment: on one line, without control characters.
    static func oneLine(_ text: String) -> String { String(JSONText.quoted(text).dropFirst().dropLast()) }
}
