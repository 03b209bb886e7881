/// Finds what somebody meant.
public enum Suggestion {
    /// The nearest of some words by edit distance, or nil where none is near.
    ///
    /// Near: at most a third of the letters differ, at least one may, or one of the two is the beginning of the other.
    /// Upper and lower case are the same; ties go to the first in order. Words over 64 bytes have no neighbours, and of
    /// a long list the first 512 are looked at.
    public static func nearest(to word: String, in words: some Sequence<String>) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let lowered = word.lowercased()
        var best: (word: String, distance: Int)?
        for candidate in words.prefix(512) where !candidate.isEmpty && candidate.utf8.count <= 96 {
            let other = candidate.lowercased()
            let isPrefix =
                min(word.utf8.count, candidate.utf8.count) >= 2
                && (other.hasPrefix(lowered) || lowered.hasPrefix(other))
            let distance = isPrefix ? 1 : distance(lowered, other)
            let allowed = max(1, max(word.utf8.count, candidate.utf8.count) / 3)
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// ` (did you mean …?)`, or nothing.
    public static func text(_ word: String?) -> String { word.map { " (did you mean `\($0)`?)" } ?? "" }

    /// Optimal string alignment: insertions, deletions, replacements, swaps of neighbours. Cost: product of the lengths.
    public static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8), b = Array(b.utf8)
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [Int](repeating: i, count: b.count + 1)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
