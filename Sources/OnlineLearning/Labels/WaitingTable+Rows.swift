/// Keeps rows on disk.
public protocol RowStore: AnyObject {
    /// Reads a row of a segment; false: it is not there, or the disk fails.
    func read(segment: UInt32, item: UInt16, into row: UnsafeMutableRawBufferPointer) -> Bool
}

/// Rows: in memory where they were written a short time ago, else in the store.
extension WaitingTable {
    func hash(ofRow row: UnsafeRawPointer) -> UInt64 {
        LabelSegment.hash(UnsafeRawBufferPointer(start: row, count: hashedBytes)) | 1
    }

    /// A record's row, valid until the next call, or nil: it has none any more, or `fault` says why it cannot be had.
    func row(_ record: Int32) -> UnsafeRawPointer? {
        let found = self[record]
        guard found.hasRow else { return nil }
        if found.row >= 0 { return UnsafeRawPointer(rows.pointer(found.row)) }
        let place = found.storedRow
        guard let store, store.read(segment: place.segment, item: place.item, into: scratch),
            hash(ofRow: scratch.baseAddress!) == found.rowHash
        else {
            failed("row \(place.item) of segment \(place.segment) of waiting events cannot be read from the disk")
            return nil
        }
        return UnsafeRawPointer(scratch.baseAddress!)
    }

    /// The record's event will not be learned any more.
    func dropRow(_ record: Int32) { if self[record].hasRow { update(record, dropsRow: true) } }

    /// Lets rows that the store has leave memory, the longest there first, until it holds at most so many bytes.
    func evict(to bytes: Int) {
        guard storedUpTo > 0 else { return }
        for _ in 0..<rows.blockCount where memoryBytes > bytes {
            hand = (hand + 1) % rows.blockCount
            guard let owners = rows.owners(of: hand),
                owners.allSatisfy({ $0 < 0 || !self[$0].storedRow.isNone && self[$0].storedRow.segment <= storedUpTo })
            else { continue }
            for owner in owners where owner >= 0 { leaveMemory(owner) }
            rows.release(hand)
        }
    }
}
