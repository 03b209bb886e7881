extension Checker {
    func text(_ node: YAMLNode, _ key: TopologyKey, _ name: String) -> String? {
        guard let text = node.text, !text.isEmpty else {
            report(node.mark, "'\(name)' must be text, not \(node.kindInWords)")
            return nil
        }
        if case .topic = key.kind, let mistake = Self.mistakeInTopic(text) {
            report(node.mark, "'\(name)' \(mistake): it must be \(key.form)")
            return nil
        }
        return text
    }

    func choice(_ node: YAMLNode, _ key: TopologyKey, _ name: String) -> String? {
        guard case .choice(let words, let later) = key.kind else { return nil }
        if let text = node.text {
            if words.contains(text) { return text }
            if later.contains(text) {
                report(node.mark, "'\(name): \(text)' is not available yet: there is \(words.joined(separator: ", "))")
                return nil
            }
        }
        report(
            node.mark, "'\(name)' must be \(key.form), not \(node.kindInWords)",
            suggestion: node.text.flatMap { nearest(to: $0, in: words) })
        return nil
    }

    func integer(_ node: YAMLNode, _ key: TopologyKey, _ name: String) -> Int? {
        let range: ClosedRange<Int>
        switch key.kind {
        case .integer(let bounds), .size(let bounds), .duration(let bounds): range = bounds
        default: return nil
        }
        guard case .scalar(let text, plain: _) = node.value, let number = Self.number(text, key.kind),
            range.contains(number)
        else {
            report(node.mark, "'\(name)' must be \(key.form), not \(node.kindInWords)")
            return nil
        }
        return number
    }

    func words(_ node: YAMLNode, _ name: String) -> [(text: String, mark: YAMLMark)] {
        if let text = node.text { return [(text, node.mark)] }
        guard case .list(let items) = node.value else {
            report(node.mark, "'\(name)' must be a list of words, not \(node.kindInWords)")
            return []
        }
        return items.compactMap { item in
            guard let text = item.text, !item.isNull else {
                report(item.mark, "'\(name)' must be a list of words, not of \(item.kindInWords)")
                return nil
            }
            return (text, item.mark)
        }
    }

    /// A number in the kind's unit, or nil.
    static func number(_ text: String, _ kind: KeyKind) -> Int? {
        switch kind {
        case .integer: wholeNumber(text)
        case .size: Units.bytes(text)
        case .duration: Units.milliseconds(text)
        default: nil
        }
    }

    /// `1000`, `1_000` or `1e6`; nil where it is no whole number of 64 bits.
    static func wholeNumber(_ text: String) -> Int? {
        let digits = text.filter { $0 != "_" }
        // 010 is 8 to readers of YAML 1.1.
        if digits.utf8.count > 1, digits.utf8.first == 0x30, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return nil
        }
        if let number = Int(digits) { return number }
        guard let number = realNumber(digits), number == number.rounded(), abs(number) <= 0x1p53 else { return nil }
        return Int(number)
    }

    /// A finite decimal number, or nil: no hexadecimal, no infinity, no NaN.
    static func realNumber(_ text: String) -> Double? {
        let digits = text.filter { $0 != "_" }
        let allowed = digits.utf8.allSatisfy {
            (0x30...0x39).contains($0) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains($0)
        }
        guard allowed, let number = Double(digits), number.isFinite else { return nil }
        return number
    }

    static func boolean(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// Kafka's rule, less the longest suffix of the internal topics.
    static func mistakeInTopic(_ text: String) -> String? {
        let good = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || [0x2d, 0x2e, 0x5f].contains(byte)
        }
        if !good { return "is '\(text)', with a character that Kafka does not take" }
        if text == "." || text == ".." { return "must not be '\(text)'" }
        return text.utf8.count > 230 ? "is longer than 230 characters" : nil
    }
}
