/// A place in a YAML text: the node's first character.
struct YAMLMark: Equatable, Sendable {
    /// From 1.
    var line = 1
    /// From 1, in characters.
    var column = 1
    /// 0 is the topology's file; n is the n-th override, counted from 1.
    var source = 0
}

/// A part of a YAML document, with its place.
///
/// A value: aliases share storage with their anchor, so a document's memory is bound by its text.
struct YAMLNode: Equatable, Sendable {
    enum Value: Equatable, Sendable {
        /// `plain` is false for a quoted or block scalar, which is never a number, boolean or null.
        case scalar(String, plain: Bool)
        case list([YAMLNode])
        /// In the file's order, without duplicates.
        case map([YAMLEntry])
    }
    var mark: YAMLMark
    var value: Value
    /// The scalar as written, where environment variables were put in.
    var raw: String?

    init(_ mark: YAMLMark, _ value: Value) {
        self.mark = mark
        self.value = value
    }

    /// An absent value: nothing, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, plain: true) = value else { return false }
        return text.isEmpty || ["~", "null", "Null", "NULL"].contains(text)
    }

    /// The text of a scalar, or nil.
    var text: String? {
        guard case .scalar(let text, _) = value else { return nil }
        return text
    }

    /// Entries of a map; none for a null; nil for anything else.
    var entries: [YAMLEntry]? {
        if isNull { return [] }
        guard case .map(let entries) = value else { return nil }
        return entries
    }

    /// The value of a key of a map, or nil.
    subscript(key key: String) -> YAMLNode? { entries?.first { $0.key == key }?.node }

    /// What it is, in words of the findings: a value with variables in it as it was written.
    var kindInWords: String {
        if isNull { return "nothing" }
        return switch value {
        case .scalar(let filled, _):
            Self.quoted(raw ?? filled)
        case .list: "a list"
        case .map: "a map"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.count > 40 ? String(text.prefix(40)) + "…" : text)'"
    }
}

/// One `key: value` of a map.
struct YAMLEntry: Equatable, Sendable {
    var key: String
    /// The key's place.
    var mark: YAMLMark
    var node: YAMLNode
}
