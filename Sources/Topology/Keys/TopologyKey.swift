/// What the value of a key may be.
enum KeyKind: Sendable {
    /// Words, not empty.
    case text
    /// A Kafka topic: letters, digits, `.`, `_`, `-`.
    case topic
    case integer(ClosedRange<Int>)
    /// Bytes, with an optional unit: `64KiB`, `256MiB`, `1GB`.
    case size(ClosedRange<Int>)
    /// Milliseconds, written with a unit: `100ms`, `5s`, `24h`.
    case duration(ClosedRange<Int>)
    /// One of the words; `later` are part of the design and not available yet.
    case choice([String], later: [String] = [])
    /// A list of words.
    case words
    /// A map with the keys that stand below this one in the table.
    case section
    /// A map of freely named entries, each with the keys `path.*`.
    case named
    /// A list of maps, each with the keys `path[]`.
    case list
    /// Component names of a role, one or several.
    case component(ComponentSlot)
    /// Anything said in `TopologyKey.form`.
    case special
}

/// Where a component may stand.
enum ComponentSlot: String, Sendable {
    case model, transforms, detector, action
}

/// One key of a topology: the single source for the parser's checks, the JSON Schema and the reference page.
struct TopologyKey: Sendable {
    /// Dotted; `*` is any name, `[]` any item of a list.
    let path: String
    let kind: KeyKind
    /// As it would be written, or nil: none.
    let standard: String?
    let required: Bool
    let summary: String
    /// What is there instead, for a key of the design that is not available yet.
    let later: String?

    init(
        _ path: String, _ kind: KeyKind, _ summary: String, standard: String? = nil, required: Bool = false,
        later: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.standard = standard
        self.required = required
        self.summary = summary
        self.later = later
    }

    /// The last part of the path.
    var name: String {
        guard let dot = path.lastIndex(of: ".") else { return path }
        return String(path[path.index(after: dot)...])
    }

    /// The path without its last part.
    var parent: String {
        guard let dot = path.lastIndex(of: ".") else { return "" }
        return String(path[..<dot])
    }

    /// The values in words, for findings and the reference page.
    var form: String {
        switch kind {
        case .text: "text"
        case .topic: "a Kafka topic: letters, digits, '.', '_', '-'"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            "bytes from \(Units.text(bytes: range.lowerBound)) to \(Units.text(bytes: range.upperBound)), "
                + "as 64KiB or 1GB"
        case .duration(let range):
            "a time from \(Units.text(milliseconds: range.lowerBound)) to "
                + "\(Units.text(milliseconds: range.upperBound)), as 100ms, 5s or 1m"
        case .choice(let words, _): words.joined(separator: " or ")
        case .words: "a list of words"
        case .section: "a map"
        case .named: "a map of names"
        case .list: "a list"
        case .component(.model): "a model, with its parameters"
        case .component(.transforms): "a list of transforms, each a name or a map of one name to its parameters"
        case .component(.detector): "a drift detector, with its parameters"
        case .component(.action): "an action, with its parameters"
        case .special: summary
        }
    }
}

/// The table of keys.
enum TopologyKeys {
    static func find(_ path: String) -> TopologyKey? { all.first { $0.path == path } }

    /// Keys of a section, in the table's order.
    static func children(of path: String) -> [TopologyKey] { all.filter { $0.parent == path } }
}
