/// Applies `--set path=value` to a tree.
///
/// A path is keys and list positions joined by dots. Everything after `kafka.properties.` is one key, and so is a rest
/// that is a key as it stands. Absent sections are made; the checks that follow refuse what does not belong there. A model or feature that is
/// not there is not made: a misspelt name would learn beside the right one without a word.
struct Overrides {
    let checker: Checker

    /// The tree with the override at `index` (from 0) applied.
    func apply(_ path: String, _ value: String, index: Int, to root: YAMLNode) -> YAMLNode {
        let mark = YAMLMark(source: index + 1)
        guard !path.isEmpty, !path.hasPrefix("."), !path.hasSuffix("."), !path.contains("..") else {
            checker.report(mark, "'\(path)' is not a path: write section.key=value")
            return root
        }
        return set(Substring(path), Self.node(value, mark), mark, in: root, at: "")
    }

    /// The value as YAML would read it; text that is not YAML is a word.
    private static func node(_ value: String, _ mark: YAMLMark) -> YAMLNode {
        let word = YAMLNode(mark, .scalar(value, plain: true))
        guard value.first == "[" || value.first == "{" || value.first == "\"" || value.first == "'" else { return word }
        let parsed = YAMLParser.parse(value, source: mark.source)
        guard let node = parsed.node, parsed.mistakes.isEmpty else { return word }
        return node
    }

    private func set(
        _ path: Substring, _ value: YAMLNode, _ mark: YAMLMark, in node: YAMLNode, at place: String
    ) -> YAMLNode {
        if path.isEmpty { return value }
        var node = node
        if case .list(var items) = node.value {
            let (key, rest) = Self.split(path)
            guard let position = Int(key), items.indices.contains(position) else {
                checker.report(mark, "'\(place)' is a list of \(items.count): '\(key)' must be a position from 0 in it")
                return node
            }
            items[position] = set(rest, value, mark, in: items[position], at: Self.join(place, key))
            node.value = .list(items)
            return node
        }
        var entries = node.entries
        if entries == nil, let text = node.text {
            // The short forms `tree: hoeffding_tree` and `- standardize` get the parameters' map.
            let head = Self.split(path).0
            if text == head {
                entries = [YAMLEntry(key: text, mark: node.mark, node: .init(node.mark, .scalar("", plain: true)))]
            }
        }
        guard var entries else {
            checker.report(mark, "'\(place)' is \(node.kindInWords) and has no keys of its own")
            return node
        }
        let whole = place == "kafka.properties" || entries.contains { $0.key == path }
        let (key, rest) = whole ? (path, path[path.endIndex...]) : Self.split(path)
        if let position = entries.firstIndex(where: { $0.key == key }) {
            entries[position].node = set(rest, value, mark, in: entries[position].node, at: Self.join(place, key))
        } else {
            guard !isFreelyNamed(place) else {
                let what = place == "models" ? "model" : "feature"
                let names = entries.map { $0.key }
                let near = checker.nearest(to: String(key), in: names)
                let list = near == nil && !names.isEmpty ? ": there is \(names.joined(separator: ", "))" : ""
                checker.report(
                    mark, "there is no \(what) '\(key)' to change\(list)", suggestion: near)
                return node
            }
            let empty = YAMLNode(mark, .scalar("", plain: true))
            let made = set(rest, value, mark, in: empty, at: Self.join(place, key))
            entries.append(YAMLEntry(key: String(key), mark: mark, node: made))
        }
        node.value = .map(entries)
        return node
    }

    /// What stands below is named by the topology: a name that it does not have is a mistake, and not a new entry.
    private func isFreelyNamed(_ place: String) -> Bool {
        if case .named = TopologyKeys.find(place)?.kind { return true }
        return false
    }

    private static func split(_ path: Substring) -> (Substring, Substring) {
        guard let dot = path.firstIndex(of: ".") else { return (path, path[path.endIndex...]) }
        return (path[..<dot], path[path.index(after: dot)...])
    }

    private static func join(_ place: String, _ key: Substring) -> String {
        place.isEmpty ? String(key) : "\(place).\(key)"
    }
}
