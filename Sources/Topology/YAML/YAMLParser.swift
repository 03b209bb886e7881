import CYAML

/// Reads one YAML document by libyaml's events into a tree with places.
///
/// Bounds: 1 MiB of text, 64 levels, 100,000 nodes with aliases written out. Whatever is beyond them, or is not a plain
/// document of strings, lists and maps (tags, several documents, keys that are not words), is a finding.
struct YAMLParser {
    static let maxBytes = 1 << 20
    static let maxDepth = 64
    static let maxNodes = 100_000

    /// What a text holds.
    struct Parsed {
        /// Nil where the text is not YAML.
        var node: YAMLNode?
        var mistakes: [(YAMLMark, String)] = []
        /// Words without quotes that readers of YAML 1.1 take for true or false, keys included.
        var ambiguous: [(YAMLMark, String)] = []
    }

    /// Where reading stops, and why.
    private struct Stop: Error {
        var mark: YAMLMark
        var message: String
    }

    /// A node with what aliases to it cost.
    private struct Built {
        var node: YAMLNode
        var size: Int
        var depth: Int
    }

    private let source: Int
    private var parser = yaml_parser_t()
    private var anchors: [String: Built] = [:]
    private var nodes = 0
    /// Words without quotes that other readers take for true or false.
    private var ambiguous: [(YAMLMark, String)] = []
    /// Mistakes that do not end reading.
    private var mistakes: [(YAMLMark, String)] = []

    private init(source: Int) { self.source = source }

    /// The tree and the mistakes found. Cost: linear in the text.
    static func parse(_ text: String, source: Int = 0) -> Parsed {
        let start = YAMLMark(source: source)
        guard text.utf8.count <= maxBytes else {
            return Parsed(mistakes: [(start, "the file is larger than 1 MiB")])
        }
        var reader = YAMLParser(source: source)
        guard yaml_parser_initialize(&reader.parser) == 1 else {
            return Parsed(mistakes: [(start, "out of memory")])
        }
        defer { yaml_parser_delete(&reader.parser) }
        var text = text
        return text.withUTF8 { bytes in
            // libyaml refuses a null pointer, which an empty buffer may have.
            guard let base = bytes.baseAddress, bytes.count > 0 else {
                return Parsed(mistakes: [(start, "the file is empty")])
            }
            yaml_parser_set_input_string(&reader.parser, base, bytes.count)
            yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING)
            do throws(Stop) {
                let node = try reader.document()
                return Parsed(node: node, mistakes: reader.mistakes, ambiguous: reader.ambiguous)
            } catch {
                return Parsed(mistakes: reader.mistakes + [(error.mark, error.message)])
            }
        }
    }

    private func place(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: mark.line + 1, column: mark.column + 1, source: source)
    }

    private mutating func document() throws(Stop) -> YAMLNode {
        var root: YAMLNode?
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
            case YAML_DOCUMENT_START_EVENT:
                guard root == nil else {
                    throw Stop(
                        mark: place(event.start_mark), message: "a topology file holds one document, here is a second")
                }
                var first = try next()
                defer { yaml_event_delete(&first) }
                root = try node(&first, depth: 1).node
            default:
                guard let root else { throw Stop(mark: YAMLMark(source: source), message: "the file is empty") }
                return root
            }
        }
    }

    private mutating func next() throws(Stop) -> yaml_event_t {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
            let problem = parser.problem.map { String(cString: $0) } ?? "cannot read this"
            let context = parser.context.map { " " + String(cString: $0) } ?? ""
            throw Stop(mark: place(parser.problem_mark), message: "not valid YAML: \(problem)\(context)")
        }
        return event
    }

    private mutating func node(_ event: inout yaml_event_t, depth: Int) throws(Stop) -> Built {
        let mark = place(event.start_mark)
        guard depth <= Self.maxDepth else { throw Stop(mark: mark, message: "nested deeper than 64 levels") }
        try count(1, at: mark)
        switch event.type {
        case YAML_ALIAS_EVENT:
            let name = String(cString: event.data.alias.anchor)
            guard let built = anchors[name] else {
                throw Stop(mark: mark, message: "no anchor '\(name)' stands before this alias")
            }
            guard depth + built.depth <= Self.maxDepth else {
                throw Stop(mark: mark, message: "nested deeper than 64 levels")
            }
            try count(built.size, at: mark)
            return built
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuseTag(scalar.tag, at: mark)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let plain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            if plain, AmbiguousWord.truth(of: text) != nil { ambiguous.append((mark, text)) }
            return anchored(scalar.anchor, Built(node: YAMLNode(mark, .scalar(text, plain: plain)), size: 1, depth: 1))
        case YAML_SEQUENCE_START_EVENT:
            try refuseTag(event.data.sequence_start.tag, at: mark)
            return anchored(event.data.sequence_start.anchor, try list(mark, depth: depth))
        case YAML_MAPPING_START_EVENT:
            try refuseTag(event.data.mapping_start.tag, at: mark)
            return anchored(event.data.mapping_start.anchor, try map(mark, depth: depth))
        default:
            throw Stop(mark: mark, message: "expected a value")
        }
    }

    private mutating func list(_ mark: YAMLMark, depth: Int) throws(Stop) -> Built {
        var items: [YAMLNode] = []
        var size = 1
        var deepest = 0
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            if event.type == YAML_SEQUENCE_END_EVENT { break }
            let item = try node(&event, depth: depth + 1)
            items.append(item.node)
            size += item.size
            deepest = max(deepest, item.depth)
        }
        return Built(node: YAMLNode(mark, .list(items)), size: size, depth: deepest + 1)
    }

    private mutating func map(_ mark: YAMLMark, depth: Int) throws(Stop) -> Built {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        var size = 1
        var deepest = 0
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            if event.type == YAML_MAPPING_END_EVENT { break }
            let key = try node(&event, depth: depth + 1).node
            var valueEvent = try next()
            defer { yaml_event_delete(&valueEvent) }
            let value = try node(&valueEvent, depth: depth + 1)
            size += value.size + 1
            deepest = max(deepest, value.depth)
            guard let name = key.text else { throw Stop(mark: key.mark, message: "a key must be a word") }
            if let line = lines[name] {
                mistakes.append((key.mark, "the key '\(name)' is here a second time, first in line \(line)"))
                continue
            }
            lines[name] = key.mark.line
            entries.append(YAMLEntry(key: name, mark: key.mark, node: value.node))
        }
        return Built(node: YAMLNode(mark, .map(entries)), size: size, depth: deepest + 1)
    }

    private mutating func anchored(_ anchor: UnsafeMutablePointer<yaml_char_t>?, _ built: Built) -> Built {
        if let anchor { anchors[String(cString: anchor)] = built }
        return built
    }

    private mutating func count(_ more: Int, at mark: YAMLMark) throws(Stop) {
        nodes += more
        guard nodes <= Self.maxNodes else {
            throw Stop(mark: mark, message: "more than 100,000 values, with aliases written out")
        }
    }

    private func refuseTag(_ tag: UnsafeMutablePointer<yaml_char_t>?, at mark: YAMLMark) throws(Stop) {
        guard let tag else { return }
        throw Stop(mark: mark, message: "tags such as '\(String(cString: tag))' are not part of a topology")
    }
}
