import EventFormats

extension SampleColumn {
    /// Words that stand in the way of the form, most frequent first: to be taken for no value.
    var oddWords: [String] {
        let words =
            switch form {
            case .numeric: odd
            case .boolean: odd.filter { CellText.truth($0.key) == nil }
            case .empty, .words, .nested: [String: Int]()
            }
        return words.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    /// Values that will be rejected though the odd words are taken for none: lists and maps, numbers among truth values, and
    /// words where there are too many of them.
    var rejected: Int {
        let known = oddWords.reduce(0) { $0 + (odd[$1] ?? 0) }
        return switch form {
        case .numeric: present - numbers.count - known
        case .boolean: present - booleans - known
        case .words: nested
        case .nested, .empty: 0
        }
    }

    /// `59 numbers and 1 'NA'`, or empty where all values are of one form.
    var mixture: String {
        var parts: [(Int, String)] = []
        func add(_ count: Int, _ one: String, _ many: String) {
            if count > 0 { parts.append((count, count == 1 ? one : many)) }
        }
        add(numbers.count, "number", "numbers")
        if form == .numeric || form == .boolean {
            if form == .boolean { add(booleans, "truth value", "truth values") }
            parts += oddWords.prefix(3).map { (odd[$0] ?? 0, "'\($0)'") }
            let told = parts.reduce(0) { $0 + $1.0 }
            add(present - nested - told, "other word", "other words")
        } else {
            add(present - numbers.count - nested, "word", "words")
        }
        add(nested, "list or map", "lists or maps")
        parts += missing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map {
            ($0.value, $0.key.isEmpty ? "empty" : "'\($0.key)'")
        }
        guard parts.count > 1 else { return "" }
        let texts = parts.map { "\($0.0) \($0.1)" }
        return texts.dropLast().joined(separator: ", ") + " and " + texts[texts.count - 1]
    }

    /// Classes, the positive one last: numbers in their order, false before true, words with the rarest last.
    var classes: [String] {
        let usable =
            switch form {
            case .numeric: order.filter { CellText.number($0.spelling) != nil }
            case .boolean: order.filter { CellText.truth($0.spelling) != nil }
            case .empty, .words, .nested: order
            }
        func rank(_ text: String) -> Double? { CellText.number(text) ?? CellText.truth(text).map { $0 ? 1 : 0 } }
        let sorted = usable.sorted { a, b in
            if let left = rank(a.spelling), let right = rank(b.spelling), left != right { return left < right }
            let (left, right) = (counts[a.canonical] ?? 0, counts[b.canonical] ?? 0)
            return left != right ? left > right : a.spelling < b.spelling
        }
        return sorted.map(\.spelling)
    }
}
