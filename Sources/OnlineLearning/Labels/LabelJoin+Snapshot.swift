extension LabelJoin: Snapshottable {
    /// What was and is, in one form wherever the entries live: the counts, and the sum of the entries' hashes.
    public func write(to writer: inout SnapshotWriter) {
        for count in counts.list { writer.write(count) }
        writer.write(UInt32(table.rowBytes))
        writer.write(UInt64(table.count))
        writer.write(table.sum)
    }

    /// After it come `readStorage` and every segment, then `checkSegments`.
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        var list: [UInt64] = []
        for _ in counts.list { list.append(try reader.read()) }
        let width = try reader.read(UInt32.self)
        guard Int(width) == table.rowBytes else {
            throw SnapshotError(
                "the snapshot's waiting events have rows of \(width) bytes, here they have \(table.rowBytes)")
        }
        clear()
        counts.list = list
        wanted = (count: try reader.read(), sum: try reader.read())
    }

    /// Where the entries are stored: what depends on when snapshots were taken.
    func writeStorage(to writer: inout SnapshotWriter) { table.segments.write(to: &writer) }

    func readStorage(from reader: inout SnapshotReader) throws(SnapshotError) {
        table.segments = try StoredSegments(from: &reader)
        // A claim, to be checked: room is not taken for what may not be there.
        table.reserve(min(Int(clamping: wanted.count), table.segments.liveItems, 1 << 23))
    }

    /// Every segment was taken: whether it is all that there was.
    func checkSegments() throws(SnapshotError) {
        table.finish(loading)
        loading = [:]
        guard UInt64(table.count) == wanted.count, table.sum == wanted.sum else {
            throw SnapshotError(
                "the stored segments hold \(table.count) waiting events, and not the \(wanted.count) of the snapshot")
        }
        for record in table.living { count(table[record].state) }
    }
}

extension LabelCounts {
    /// Every count, in the order of a snapshot.
    var list: [UInt64] {
        get {
            [
                matched, early, orphan, duplicate, conflict, corrected, late, withdrawn, timedOut, superseded, dropped,
            ]
        }
        set {
            precondition(newValue.count == 11)
            (matched, early, orphan, duplicate) = (newValue[0], newValue[1], newValue[2], newValue[3])
            (conflict, corrected, late, withdrawn) = (newValue[4], newValue[5], newValue[6], newValue[7])
            (timedOut, superseded, dropped) = (newValue[8], newValue[9], newValue[10])
        }
    }
}
