/// One input partition of a task: which of its records are still to be taken, and where its end is.
///
/// Records come in the order of their offsets, with gaps where markers and aborted records stand; a fetch can begin inside
/// a batch, before the wanted offset. A task has one lane; with several inputs it will have one each.
struct InputLane: Equatable, Sendable {
    /// The next offset: everything before it is part of the state.
    private(set) var position: Int64 = 0
    /// The end of the partition, as a broker last said: what transactions have not ended yet counts.
    private(set) var end: Int64?
    /// Where the first open transaction begins, else the end, as a broker last said.
    private(set) var stableEnd: Int64?

    init(at position: Int64 = 0) { self.position = position }

    /// True where the record at this offset is to be taken; then the position moves behind it.
    @inline(__always)
    mutating func accepts(_ offset: Int64) -> Bool {
        guard offset >= position else { return false }
        position = offset + 1
        return true
    }

    /// Everything before this offset has come: what is left before it are markers and aborted records. True where that
    /// moved the position.
    mutating func ended(at offset: Int64) -> Bool {
        end = max(end ?? offset, offset)
        guard offset > position else { return false }
        position = offset
        return true
    }

    /// A broker said where the end is.
    mutating func sawEnd(_ offset: Int64, stable: Int64? = nil) {
        end = offset
        stableEnd = stable
    }
}
