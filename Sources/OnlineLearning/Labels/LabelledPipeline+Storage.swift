/// Events that wait, in segments that are written once, and rows on disk.
///
/// A snapshot is the state, `seal`'s segments and those that are listed since earlier ones. A restore reads the state, then
/// `segments`, in the order of their numbers.
extension LabelledPipeline {
    /// So many bytes that no snapshot has are too many, whatever the time.
    private static let mostNewBytes = 64 << 20

    /// Measured with five million events that wait.
    private static let besideRows = 224 << 20

    /// Bytes that the next `seal` gives, about.
    public var newBytes: Int { join.table.newBytes }

    /// Writes what is new, or changed, into segments to be found at `place`; and the numbers of those to be deleted once the
    /// snapshot is complete.
    public func seal(at place: Int64) -> (segments: [LabelSegment], deleted: [UInt32]) { join.table.seal(at: place) }

    /// Where the waiting events are stored: after `seal`.
    public func writeStorage(to writer: inout SnapshotWriter) { join.writeStorage(to: &writer) }

    /// After `read`.
    public func readStorage(from reader: inout SnapshotReader) throws(SnapshotError) {
        try join.readStorage(from: &reader)
    }

    /// The segments that hold what waits: number, where to be found, hash.
    public var segments: [(number: UInt32, place: Int64, hash: UInt64)] {
        join.table.segments.numbers.map { number in
            let segment = join.table.segments[number]!
            return (number, segment.place, segment.hash)
        }
    }

    /// No segment with a lower number is listed.
    public var firstSegment: UInt32 { join.table.segments.first }

    /// All segments may be found at or behind one place: they were copied there.
    public func moveSegments(to place: Int64) { join.table.segments.move(to: place) }

    /// Takes back a segment, rows into memory.
    public func take(_ segment: LabelSegment) throws(SnapshotError) { try join.table.take(segment, &join.loading) }

    /// Takes back a segment whose rows the store has.
    public func takeIndex(_ index: ArraySlice<UInt8>, of number: UInt32) throws(SnapshotError) {
        try join.table.takeIndex(index, of: number)
    }

    /// Every segment was taken.
    public func checkSegments() throws(SnapshotError) { try join.checkSegments() }

    // MARK: Disk

    /// Where rows are that memory has no room for. Give it before anything waits.
    public func keepRows(in store: any RowStore) {
        join.table.store = store
        // What the store buffers, and what is fetched ahead while the disk is slow, is not to come on top.
        join.table.memoryLimit = memory - min(memory / 4, Self.besideRows)
    }

    /// The store has every segment up to this number: their rows may leave memory.
    public func didStore(upTo number: UInt32) {
        join.table.storedUpTo = max(join.table.storedUpTo, number)
    }

    /// A snapshot should begin: too much is nowhere but in memory.
    public var needsSnapshot: Bool { newBytes > min(memory / 4, Self.mostNewBytes) }

    /// What is nowhere but in memory has no room there: no more is to be read before a snapshot is complete.
    public var isOverfull: Bool {
        join.table.store != nil && newBytes > memory / 2 && join.table.memoryBytes > memory
    }

    /// Events, waiting or remembered, whose rows are on disk alone.
    public var onDisk: Int { join.table.rowsOnDisk }

    /// Why a row could not be read, or nil: what was learned since is not to be used.
    public var storeFault: String? { join.table.fault }
}
