/// Words of one categorical feature, numbered in stream order: part of a task's state.
///
/// Not thread-safe: one task owns it. Looking up a known word allocates nothing and costs one hash and one comparison.
public final class CategoryTable: Snapshottable {
    /// Bytes of the longest word that is kept; a longer one is one of the others, so that memory has a bound.
    public static let longestWord = 1024
    /// Words kept apart; the index `capacity` stands for every other word.
    public let capacity: Int
    private let cell: Cell<State>
    private var state: UnsafeMutablePointer<State> { cell.pointer }

    private struct State {
        var bytes: UnsafeMutablePointer<UInt8>
        var bytesUsed = 0
        var bytesHeld = 256
        var entries: UnsafeMutablePointer<Entry>
        var count = 0
        var entriesHeld = 16
        /// Open addressing: index + 1, 0 is free. A power of two of at least twice the capacity.
        let slots: UnsafeMutablePointer<Int32>
        let mask: Int
    }

    private struct Entry {
        var hash: UInt64
        var start: Int
        var count: Int
    }

    /// An empty table for that many words.
    public init(capacity: Int) {
        self.capacity = capacity
        var size = 16
        while size < capacity * 2 { size *= 2 }
        let slots = UnsafeMutablePointer<Int32>.allocate(capacity: size)
        slots.initialize(repeating: 0, count: size)
        cell = Cell(
            State(bytes: .allocate(capacity: 256), entries: .allocate(capacity: 16), slots: slots, mask: size - 1))
    }

    deinit {
        state.pointee.bytes.deallocate()
        state.pointee.entries.deallocate()
        state.pointee.slots.deallocate()
    }

    /// Words known now.
    public var count: Int { state.pointee.count }

    /// The word of an index, or nil for "other".
    public func word(_ index: Int) -> String? {
        guard index >= 0, index < count else { return nil }
        let entry = state.pointee.entries[index]
        return String(
            decoding: UnsafeBufferPointer(start: state.pointee.bytes + entry.start, count: entry.count), as: UTF8.self)
    }

    /// Index of a word, or -1 where it is not known.
    public func find(_ word: UnsafeRawBufferPointer) -> Int {
        let hash = StableHash.of(word)
        var position = Int(truncatingIfNeeded: hash) & state.pointee.mask
        while state.pointee.slots[position] != 0 {
            let index = Int(state.pointee.slots[position]) - 1
            if state.pointee.entries[index].hash == hash, matches(index, word) { return index }
            position = (position + 1) & state.pointee.mask
        }
        return -1
    }

    /// Whether a new word would be added.
    public func takes(_ word: UnsafeRawBufferPointer) -> Bool { count < capacity && word.count <= Self.longestWord }

    /// The index that `intern` would give. Pure.
    public func wouldIntern(_ word: UnsafeRawBufferPointer) -> Int {
        let known = find(word)
        return known >= 0 ? known : takes(word) ? count : capacity
    }

    /// Index of a word, which is added where it is new and the table takes it; else `capacity`.
    public func intern(_ word: UnsafeRawBufferPointer) -> Int {
        let known = find(word)
        if known >= 0 { return known }
        guard takes(word) else { return capacity }
        add(word)
        return count - 1
    }

    /// The same for text; for set-up, not for the hot path.
    public func intern(_ word: String) -> Int {
        var word = word
        return word.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
    }

    private func matches(_ index: Int, _ word: UnsafeRawBufferPointer) -> Bool {
        let entry = state.pointee.entries[index]
        guard entry.count == word.count else { return false }
        let known = state.pointee.bytes + entry.start
        for offset in 0..<word.count where known[offset] != word[offset] { return false }
        return true
    }

    private func add(_ word: UnsafeRawBufferPointer) {
        if count == state.pointee.entriesHeld {
            Self.grow(&state.pointee.entries, used: count, held: &state.pointee.entriesHeld, wanted: count + 1)
        }
        let start = state.pointee.bytesUsed
        if start + word.count > state.pointee.bytesHeld {
            Self.grow(&state.pointee.bytes, used: start, held: &state.pointee.bytesHeld, wanted: start + word.count)
        }
        for offset in 0..<word.count { state.pointee.bytes[start + offset] = word[offset] }
        state.pointee.bytesUsed += word.count
        let hash = StableHash.of(word)
        state.pointee.entries[count] = Entry(hash: hash, start: start, count: word.count)
        state.pointee.count += 1
        var position = Int(truncatingIfNeeded: hash) & state.pointee.mask
        while state.pointee.slots[position] != 0 { position = (position + 1) & state.pointee.mask }
        state.pointee.slots[position] = Int32(count)
    }

    private static func grow<T: BitwiseCopyable>(
        _ storage: inout UnsafeMutablePointer<T>, used: Int, held: inout Int, wanted: Int
    ) {
        while held < wanted { held *= 2 }
        let larger = UnsafeMutablePointer<T>.allocate(capacity: held)
        larger.update(from: storage, count: used)
        storage.deallocate()
        storage = larger
    }

    public var memoryBytes: Int {
        state.pointee.bytesHeld + state.pointee.entriesHeld * 24 + (state.pointee.mask + 1) * 4
    }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(count))
        for index in 0..<count { writer.write(word(index)!) }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let count = Int(try reader.read(UInt32.self))
        guard count <= capacity else {
            throw SnapshotError("the snapshot has \(count) categories, this feature keeps \(capacity)")
        }
        for _ in 0..<count { _ = intern(try reader.readText()) }
    }
}
