extension LabelJoin: Snapshottable {
    /// Everything that is remembered, in the order in which it falls due, and the counts.
    public func write(to writer: inout SnapshotWriter) {
        for count in counts.list { writer.write(count) }
        writer.write(UInt32(table.rowBytes))
        let living = table.living
        writer.write(UInt32(living.count))
        for record in living {
            writer.write(record.key.high)
            writer.write(record.key.low)
            writer.write(record.sequence)
            writer.write(record.time)
            writer.write(record.due)
            writer.write(record.label.classIndex)
            writer.write(record.label.target)
            writer.write(record.state.rawValue)
            writer.write(UInt8(record.withdraws ? 1 : 0) | UInt8(record.isRemembered ? 2 : 0))
            let row = table.pointer(of: record)
            writer.write(row != nil)
            if let row { writer.write(UnsafeRawBufferPointer(start: row, count: table.rowBytes)) }
        }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        var list: [UInt64] = []
        for _ in counts.list { list.append(try reader.read()) }
        let width = try reader.read(UInt32.self)
        guard Int(width) == table.rowBytes else {
            throw SnapshotError(
                "the snapshot's waiting events have rows of \(width) bytes, here they have \(table.rowBytes)")
        }
        let count = try reader.read(UInt32.self)
        var fresh: [(WaitingRecord, [UInt8]?)] = []
        for _ in 0..<count { fresh.append(try readRecord(&reader)) }
        clear()
        counts.list = list
        for (record, row) in fresh { try insert(record, row) }
    }

    private func readRecord(_ reader: inout SnapshotReader) throws(SnapshotError) -> (WaitingRecord, [UInt8]?) {
        var record = WaitingRecord()
        record.key = EventKey(high: try reader.read(), low: try reader.read())
        record.sequence = try reader.read()
        record.time = try reader.read()
        record.due = try reader.read()
        record.label = Label(classIndex: try reader.read(), target: try reader.readDouble())
        guard let state = WaitingRecord.State(rawValue: try reader.read()), state != .free else {
            throw SnapshotError("the snapshot has a waiting event in a state that does not exist")
        }
        record.state = state
        let flags = try reader.read(UInt8.self)
        record.withdraws = flags & 1 != 0
        record.isRemembered = flags & 2 != 0
        guard try reader.readBool() else {
            guard state != .open else { throw SnapshotError("the snapshot has a waiting event without its row") }
            return (record, nil)
        }
        let row = try reader.readBytes()
        guard row.count == table.rowBytes, state != .early else {
            throw SnapshotError("the snapshot has a waiting event whose row does not fit")
        }
        return (record, row)
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
