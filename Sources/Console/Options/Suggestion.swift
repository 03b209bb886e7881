/// Finds what somebody meant.
public enum Suggestion {
    /// The nearest of some words by edit distance (with swaps), or nil where none is near.
    ///
    /// Near: at most a third of the word's length, or one of the two is the beginning of the other.
    public static func nearest(to word: String, in words: [String]) -> String? {
        var best: (word: String, distance: Int)?
        for candidate in words where !candidate.isEmpty {
            let isPrefix = word.count >= 2 && (candidate.hasPrefix(word) || word.hasPrefix(candidate))
            let distance = isPrefix ? 1 : distance(word, candidate)
            let limit = max(1, max(word.count, candidate.count) / 3)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// ` (did you mean …?)`, or nothing.
    public static func text(_ word: String?) -> String { word.map { " (did you mean `\($0)`?)" } ?? "" }

    /// Damerau's distance in its restricted form: insertions, deletions, replacements, swaps of neighbours.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.lowercased().unicodeScalars), b = Array(b.lowercased().unicodeScalars)
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let change = a[i - 1] == b[j - 1] ? 0 : 1
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
