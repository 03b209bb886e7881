/// Finds the word that was probably meant.
enum Suggestions {
    /// The nearest of `words` by edits (insert, delete, replace, swap of neighbours), or nil where none is near:
    /// at most a third of the letters, at least one, may differ. Ties go to the first in order; of a long list the
    /// first 512 are looked at.
    static func nearest(to word: String, in words: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let lowered = word.lowercased()
        var best: (word: String, distance: Int)?
        for candidate in words.prefix(512) {
            let distance = distance(Array(lowered.utf8), Array(candidate.lowercased().utf8))
            let allowed = max(1, max(word.utf8.count, candidate.utf8.count) / 3)
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Optimal string alignment distance. Cost: product of the lengths.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
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
