/// Entries to segments and back.
extension WaitingTable {
    /// Where less than half of the items is alive, so many bytes of rows are written anew for each snapshot.
    private static let renewedBytes = 32 << 20
    private static let fewItems = 20_000

    /// Writes what is new, or not stored as it is, into segments that may be found at `place`.
    ///
    /// Also gives the numbers that no kept snapshot lists once the one that begins is complete.
    func seal(at place: Int64) -> (segments: [LabelSegment], deleted: [UInt32]) {
        renewSparse()
        let deleted = segments.retire()
        var sealed: [LabelSegment] = []
        var builder = LabelSegment.Builder(number: segments.next, rowBytes: rowBytes)
        func finish() {
            guard builder.entryCount > 0 else { return }
            let (segment, stored) = builder.finish(at: place)
            sealed.append(segment)
            segments.add(stored)
            builder = LabelSegment.Builder(number: segments.next, rowBytes: rowBytes)
        }
        for record in takeNews() {
            if !builder.hasRoom { finish() }
            var found = self[record]
            if found.hasRow, found.storedRow.isNone {
                guard let row = row(record) else { continue }
                found.storedRow = builder.add(row: row)
            }
            didStore(record, builder.add(found), row: found.storedRow)
        }
        finish()
        return (sealed, deleted)
    }

    private func renewSparse() {
        guard segments.items > 2 * segments.liveItems + Self.fewItems else { return }
        var left = Self.renewedBytes / (rowBytes + LabelSegment.entryBytes)
        for record in living where left > 0 {
            let found = self[record]
            let renewsRow = !found.storedRow.isNone && segments.isSparse(found.storedRow.segment)
            guard renewsRow || !found.stored.isNone && segments.isSparse(found.stored.segment) else { continue }
            if renewsRow, found.row < 0, !bringBack(record) { return }
            renew(record, row: renewsRow)
            left -= 1
        }
    }

    /// A row comes from the disk into memory.
    private func bringBack(_ record: Int32) -> Bool {
        guard let row = row(record) else { return false }
        makeRow(record).copyMemory(from: row, byteCount: rowBytes)
        cameBack()
        return true
    }

    /// Takes back entries of a segment, in the order of the numbers, and its rows.
    func take(_ segment: LabelSegment, _ loading: inout [UInt32: [Int32]]) throws(SnapshotError) {
        guard let stored = segments[segment.number] else {
            throw SnapshotError("segment \(segment.number) of waiting events is not one of the snapshot's")
        }
        guard segment.bytes.withUnsafeBytes({ LabelSegment.hash($0) }) == stored.hash else {
            throw SnapshotError("segment \(segment.number) of waiting events is damaged")
        }
        var places: [Int32] = []
        segment.forEachRows(1) { _, row in
            guard row.count == rowBytes else { return }
            let place = rows.make(owner: -1)
            rows.pointer(place).copyMemory(from: row.baseAddress!, byteCount: rowBytes)
            places.append(place)
        }
        loading[segment.number] = places
        try takeIndex(segment.index, segment.number, loading)
    }

    /// Takes back entries of a segment whose rows the store has.
    func takeIndex(_ index: ArraySlice<UInt8>, of number: UInt32) throws(SnapshotError) {
        try takeIndex(index, number, nil)
        storedUpTo = max(storedUpTo, number)
    }

    private func takeIndex(
        _ index: ArraySlice<UInt8>, _ number: UInt32, _ loading: [UInt32: [Int32]]?
    ) throws(SnapshotError) {
        guard let stored = segments[number] else {
            throw SnapshotError("segment \(number) of waiting events is not one of the snapshot's")
        }
        for record in try LabelSegment.read(index, number: number, rowBytes: rowBytes, stored) {
            guard find(record.key) < 0 else { throw SnapshotError("the snapshot has one waiting event twice") }
            let place = record.storedRow
            guard !record.hasRow || place.segment <= number && segments.keepRow(place) else {
                throw SnapshotError("the snapshot has a waiting event without its row")
            }
            let new = restore(record)
            guard record.hasRow else { continue }
            guard let loading else {
                leaveMemory(new)
                continue
            }
            guard let rows = loading[place.segment], Int(place.item) < rows.count,
                self.rows.owner(of: rows[Int(place.item)]) < 0,
                hash(ofRow: self.rows.pointer(rows[Int(place.item)])) == record.rowHash
            else { throw SnapshotError("the snapshot has a waiting event whose row does not fit") }
            takeRow(new, at: rows[Int(place.item)])
        }
    }

    /// Everything is taken back: what nobody named goes.
    func finish(_ loading: [UInt32: [Int32]]) {
        for places in loading.values {
            for place in places where rows.owner(of: place) < 0 { rows.free(place) }
        }
    }
}
