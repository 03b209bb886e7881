extension Suggestion {
    /// The nearest word, or the one whose beginning is near: `hoefding` is near to `hoeffding_tree`.
    ///
    /// Beginnings are the words of a name in snake_case, one, two and so on; the shortest name with the nearest one wins.
    public static func nearestByParts(to word: String, in words: [String]) -> String? {
        if let whole = nearest(to: word, in: words) { return whole }
        var beginnings: [String: String] = [:]
        for candidate in words.sorted(by: { ($0.count, $0) < ($1.count, $1) }) {
            let parts = candidate.split(separator: "_")
            for count in parts.indices.dropFirst() {
                let beginning = parts[..<count].joined(separator: "_")
                if beginnings[beginning] == nil { beginnings[beginning] = candidate }
            }
        }
        return nearest(to: word, in: beginnings.keys.sorted()).flatMap { beginnings[$0] }
    }
}
