extension HoeffdingTree {
    public func write(to writer: inout SnapshotWriter) {
        for number in [
            nodes.count, nodes.capacity, records.count, records.capacity, Int(state.pointee.free) + 1,
            state.pointee.orphans,
        ] { writer.write(UInt32(number)) }
        for index in 0..<nodes.count { nodes[index].write(to: &writer) }
        for index in 0..<records.count { write(records[index], to: &writer) }
    }

    private func write(_ record: TreeRecord, to writer: inout SnapshotWriter) {
        writer.write(record.node)
        writer.write(record.alternate)
        guard record.node >= 0 else { return }
        for number in [
            record.seen, record.lastAttempt, record.temper, record.curvature, record.merits.majority,
            record.merits.bayes, record.merits.recentMajority, record.merits.recentBayes,
        ] { writer.write(number) }
        writer.write(record.key)
        writer.write(record.rows.shape.words != features.none.words)
        record.rows.write(to: &writer)
        writer.write(record.window != nil)
        record.window?.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        do {
            try readTree(&reader)
        } catch {
            // Half a tree cannot be walked: back to the beginning.
            reset()
            throw error
        }
    }

    private func readTree(_ reader: inout SnapshotReader) throws(SnapshotError) {
        let nodeRoom = try reader.readRoom("nodes", bytes: 31, limit: limit)
        let recordRoom = try reader.readRoom("leaves", bytes: 8, limit: limit)
        let free = Int32(truncatingIfNeeded: Int(try reader.read(UInt32.self)) - 1)
        let orphans = Int(try reader.read(UInt32.self))
        guard nodeRoom.count > 0, recordRoom.count > 0, orphans < nodeRoom.count else {
            throw SnapshotError("the snapshot's tree has no nodes")
        }
        clear()
        let arenas = Arena<TreeNode>.bytes(nodeRoom.capacity) + Arena<TreeRecord>.bytes(recordRoom.capacity)
        guard arenas <= limit else {
            throw SnapshotError("the snapshot's tree takes more than the \(limit) bytes this one may take")
        }
        nodes.setCapacity(nodeRoom.capacity)
        records.setCapacity(recordRoom.capacity)
        for _ in 0..<nodeRoom.count { nodes.append(try TreeNode.read(from: &reader, maxDepth: options.maxDepth)) }
        for _ in 0..<recordRoom.count { try readRecord(&reader) }
        state.pointee.free = free
        state.pointee.orphans = orphans
        try check()
    }

    private func readRecord(_ reader: inout SnapshotReader) throws(SnapshotError) {
        let node = try reader.read(Int32.self)
        let alternate = try reader.read(Int32.self)
        guard node >= 0 else {
            var record = TreeRecord(node: -1, rows: ClassRows.unallocated(features.none), key: 0)
            record.alternate = alternate
            records.append(record)
            return
        }
        var numbers: [Double] = []
        for _ in 0..<8 { numbers.append(try reader.readDouble()) }
        let key = try reader.read(UInt64.self)
        guard numbers.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw SnapshotError("the snapshot has a broken leaf")
        }
        var shape = features.none
        let isActive = try reader.readBool()
        if isActive {
            shape = options.subspace > 0 ? features.draw(options.subspace, random, key: key) : features.whole
        }
        let rows: ClassRows
        do {
            rows = try ClassRows.read(&reader, shape, classes: classCount, allowance: limit - state.pointee.blockBytes)
        } catch {
            if isActive, options.subspace > 0 { shape.words.deallocate() }
            throw error
        }
        var record = TreeRecord(node: Int(node), rows: rows, key: key)
        record.alternate = alternate
        (record.seen, record.lastAttempt) = (numbers[0], numbers[1])
        (record.temper, record.curvature) = (numbers[2], numbers[3])
        record.merits = LeafMerits(
            majority: numbers[4], bayes: numbers[5], recentMajority: numbers[6], recentBayes: numbers[7])
        let place = records.append(record)
        state.pointee.blockBytes += rows.bytes
        if shape.stride > 0 { state.pointee.activeCount += 1 }
        if isActive, options.subspace > 0 { state.pointee.blockBytes += Heap.size(shape.bytes) }
        guard try reader.readBool() else { return }
        let window = ErrorWindow()
        records.base[place].window = window
        state.pointee.blockBytes += ErrorWindow.bytes
        try window.read(from: &reader)
    }
}
