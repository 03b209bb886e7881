/// The words that stand for no value: `NA` and the like, and text without a visible character.
struct MissingWords {
    private let words: [[UInt8]]
    /// Bit `length & 63` of every word, and bit `first byte & 63`.
    private let lengths: UInt64
    private let firsts: UInt64

    init(_ words: [String]) {
        self.words = words.map { Array($0.utf8) }.filter { !$0.isEmpty }
        lengths = self.words.reduce(0) { $0 | 1 << UInt64($1.count & 63) }
        firsts = self.words.reduce(0) { $0 | 1 << UInt64($1[0] & 63) }
    }

    /// Whether a text is missing. Cost: a few instructions for most words.
    @inline(__always)
    func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first else { return true }
        guard first > 0x20 else { return Self.isBlank(bytes) || isListed(bytes) }
        guard lengths >> UInt64(bytes.count & 63) & 1 == 1, firsts >> UInt64(first & 63) & 1 == 1 else { return false }
        return isListed(bytes)
    }

    /// Whether there is no visible character.
    @inline(never)
    static func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
    }

    @inline(never)
    private func isListed(_ bytes: UnsafeRawBufferPointer) -> Bool { words.contains { $0.elementsEqual(bytes) } }
}
