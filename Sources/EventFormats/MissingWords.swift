/// The words that stand for no value: `NA` and the like, and text without a visible character.
struct MissingWords {
    private let words: [[UInt8]]
    /// Bit `length & 63` of every word, and bit `first byte & 63`.
    private var lengths: UInt64 = 0
    private var firsts: UInt64 = 0

    init(_ words: [String]) {
        self.words = words.map { Array($0.utf8) }.filter { !$0.isEmpty }
        for word in self.words {
            lengths |= 1 << UInt64(word.count & 63)
            firsts |= 1 << UInt64(word[0] & 63)
        }
    }

    /// Whether a text is missing. Cost: a few instructions for most words.
    @inline(__always)
    func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first else { return true }
        if first == 0x20 || first == 0x09 { return isBlank(bytes) || isListed(bytes) }
        guard lengths >> UInt64(bytes.count & 63) & 1 == 1, firsts >> UInt64(first & 63) & 1 == 1 else { return false }
        return isListed(bytes)
    }

    private func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    @inline(never)
    private func isListed(_ bytes: UnsafeRawBufferPointer) -> Bool { words.contains { $0.elementsEqual(bytes) } }
}
