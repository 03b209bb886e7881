/// A map of the topology, checked against the table of keys: unknown, not available and missing keys are reported when
/// it is made, wrong values when they are read.
struct Section {
    let checker: Checker
    /// In the table.
    let path: String
    /// Where the section's key stands.
    let mark: YAMLMark
    private let entries: [YAMLEntry]

    /// - Parameters: `also`: keys that are known here besides the table's.
    init(_ checker: Checker, _ path: String, _ node: YAMLNode?, mark: YAMLMark, also: [String] = []) {
        self.checker = checker
        self.path = path
        self.mark = mark
        let words = Self.words(path)
        if let node, node.entries == nil {
            checker.report(node.mark, "\(words) must be a map, not \(node.kindInWords)")
            entries = []
            return
        }
        entries = node?.entries ?? []
        let keys = TopologyKeys.children(of: path)
        for entry in entries where !also.contains(entry.key) {
            if let renamed = TopologyKeys.renamed[join(entry.key)] {
                checker.report(entry.mark, "'\(entry.key)' is called '\(renamed.now)': \(renamed.why)")
                continue
            }
            guard let key = keys.first(where: { $0.name == entry.key }) else {
                let known = keys.filter { $0.later == nil }.map { $0.name } + also
                let near = checker.nearest(to: entry.key, in: known)
                let list = near == nil ? ": known are \(known.joined(separator: ", "))" : ""
                let place = path.isEmpty ? "" : " in \(words)"
                checker.report(entry.mark, "unknown key '\(entry.key)'\(place)\(list)", suggestion: near)
                continue
            }
            if let instead = key.later {
                checker.report(entry.mark, "'\(display(entry.key))' is not available yet: \(instead)")
            }
        }
        for key in keys where key.required && self.node(key.name) == nil {
            checker.report(mark, "'\(display(key.name))' is missing: \(key.summary.asClause)")
        }
    }

    /// The value of a key, or nil where it is absent or null.
    func node(_ key: String) -> YAMLNode? {
        guard let node = entries.first(where: { $0.key == key })?.node, !node.isNull else { return nil }
        return node
    }

    /// Where the key stands, or the section.
    func mark(of key: String) -> YAMLMark { entries.first { $0.key == key }?.mark ?? mark }

    var keys: [YAMLEntry] { entries }

    /// A section below this one.
    func section(_ key: String) -> Section {
        Section(checker, join(key), node(key), mark: mark(of: key))
    }

    func text(_ key: String) -> String? {
        guard let node = node(key) else { return description(key).standard }
        return checker.text(node, description(key), display(key))
    }

    /// The word, its default where it is absent or wrong.
    func choice(_ key: String) -> String? {
        guard let node = node(key) else { return description(key).standard }
        return checker.choice(node, description(key), display(key)) ?? description(key).standard
    }

    /// The number in bytes, milliseconds or ones; its default where it is absent or wrong.
    func integer(_ key: String) -> Int {
        let description = description(key)
        let standard = description.standard.flatMap { Checker.number($0, description.kind) } ?? 0
        guard let node = node(key) else { return standard }
        return checker.integer(node, description, display(key)) ?? standard
    }

    /// A list of words, or of one; empty where it is absent.
    func words(_ key: String) -> [(text: String, mark: YAMLMark)] {
        guard let node = node(key) else { return [] }
        return checker.words(node, display(key))
    }

    private func description(_ key: String) -> TopologyKey {
        guard let found = TopologyKeys.find(join(key)) else {
            preconditionFailure("no key '\(join(key))' in the table")
        }
        return found
    }

    private func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The key as findings name it.
    private func display(_ key: String) -> String {
        path.isEmpty || path.contains("*") || path.contains("[]") ? key : "\(path).\(key)"
    }

    private static func words(_ path: String) -> String {
        switch path {
        case "": "a topology"
        case "features.*": "a feature"
        case "drift[]": "an entry of 'drift'"
        case "tests[]": "an entry of 'tests'"
        case "tests[].generate": "'generate'"
        default: "'\(path)'"
        }
    }
}

extension String {
    /// "The field." as "the field", for sentences that go on.
    var asClause: String { prefix(1).lowercased() + (hasSuffix(".") ? dropFirst().dropLast() : dropFirst()) }
}
