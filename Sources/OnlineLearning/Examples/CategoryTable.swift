/// Words of one categorical feature, numbered in stream order: part of a task's state.
///
/// Not thread-safe: one task owns it. Looking up a known word allocates nothing and costs one hash and one comparison.
public final class CategoryTable: Snapshottable {
    /// Words kept apart; the index `capacity` stands for every other word.
    public let capacity: Int
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    /// Open addressing: index + 1, 0 is free. A power of two of at least twice the capacity.
    private var slots: [Int32]

    public init(capacity: Int) {
        self.capacity = capacity
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
    }

    /// Words known now.
    public var count: Int { ends.count }

    /// The word of an index, or nil for "other".
    public func word(_ index: Int) -> String? {
        guard index >= 0, index < ends.count else { return nil }
        return String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }

    /// Index of a word, or -1 where it is not known.
    public func find(_ word: UnsafeRawBufferPointer) -> Int {
        let hash = StableHash.of(word)
        var position = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[position] != 0 {
            let index = Int(slots[position]) - 1
            if hashes[index] == hash, matches(index, word) { return index }
            position = (position + 1) & (slots.count - 1)
        }
        return -1
    }

    /// Index of a word, which is added where it is new and there is room; else `capacity`.
    public func intern(_ word: UnsafeRawBufferPointer) -> Int {
        let known = find(word)
        if known >= 0 { return known }
        guard ends.count < capacity else { return capacity }
        add(word)
        return ends.count - 1
    }

    /// The same for text; for set-up, not for the hot path.
    public func intern(_ word: String) -> Int {
        var word = word
        return word.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
    }

    private func matches(_ index: Int, _ word: UnsafeRawBufferPointer) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == word.count else { return false }
        for offset in 0..<word.count where bytes[start + offset] != word[offset] { return false }
        return true
    }

    private func add(_ word: UnsafeRawBufferPointer) {
        let hash = StableHash.of(word)
        bytes.append(contentsOf: word)
        ends.append(bytes.count)
        hashes.append(hash)
        var position = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[position] != 0 { position = (position + 1) & (slots.count - 1) }
        slots[position] = Int32(ends.count)
    }

    public var memoryBytes: Int { bytes.count + ends.count * 16 + slots.count * 4 }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(ends.count))
        for index in ends.indices { writer.write(word(index)!) }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let count = Int(try reader.read(UInt32.self))
        guard count <= capacity else {
            throw SnapshotError("the snapshot has \(count) categories, this feature keeps \(capacity)")
        }
        for _ in 0..<count { _ = intern(try reader.readText()) }
    }
}
