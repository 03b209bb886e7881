/// Memory is a promise: nothing here allocates before there is room under the limit.
extension HoeffdingTree {
    /// A record with room for that many classes and no statistics. There must be room.
    func addRecord(node: Int, key: UInt64, classes: Int) -> Int {
        let rows = ClassRows(features.none, capacity: max(classes, 1))
        let record = TreeRecord(node: node, rows: rows, key: key, temper: firstTemper)
        state.pointee.blockBytes += record.rows.bytes
        let free = Int(state.pointee.free)
        guard free >= 0 else { return records.append(record) }
        state.pointee.free = records[free].alternate
        records[free] = record
        return free
    }

    /// Gives a record's memory back.
    func release(_ index: Int) {
        deactivate(index)
        state.pointee.blockBytes -= records[index].rows.bytes
        records[index].rows.deallocate()
        releaseExtras(index)
        records.base[index].node = -1
        records.base[index].alternate = state.pointee.free
        state.pointee.free = Int32(index)
    }

    /// What a record holds beside its rows.
    func releaseExtras(_ index: Int, keepsShape: Bool = false) {
        let record = records[index]
        if options.subspace > 0, !keepsShape, record.rows.shape.words != features.none.words {
            record.rows.shape.words.deallocate()
        }
        if let window = record.window {
            window.deallocate()
            state.pointee.blockBytes -= ErrorWindow.bytes
        }
        records.base[index].window = nil
    }

    /// Where a class stands in a record, with room made for it; -1 where there is none to be had.
    @inline(__always)
    func room(for classIndex: Int, at index: Int) -> Int {
        let position = records[index].rows.position(of: classIndex)
        return position >= 0 ? position : admit(classIndex, index)
    }

    @inline(never)
    private func admit(_ classIndex: Int, _ index: Int) -> Int {
        func extra() -> Int {
            let rows = records[index].rows
            return ClassRows.bytes(rows.shape, rows.grown(1)) - rows.bytes
        }
        while memoryBytes + extra() > limit {
            guard spare(index) else { return -1 }
        }
        let rows = records[index].rows
        let capacity = min(rows.grown(1), classCount)
        if capacity > rows.capacity {
            state.pointee.blockBytes += ClassRows.bytes(rows.shape, capacity) - rows.bytes
            records.base[index].rows.move(to: rows.shape, capacity: capacity)
        }
        return records.base[index].rows.add(classIndex: classIndex, weight: 0)
    }

    /// Takes the statistics of the least promising record, at last those of `index` itself; false where none is left.
    private func spare(_ index: Int) -> Bool {
        let victim = leastPromising(except: index)
        guard victim >= 0 || records[index].rows.shape.stride > 0 else { return false }
        deactivate(victim >= 0 ? victim : index)
        return true
    }

    /// A record's window of errors, made where there is room for one.
    @inline(__always)
    func window(_ record: Int) -> ErrorWindow? { records[record].window ?? openWindow(record) }

    @inline(never)
    private func openWindow(_ record: Int) -> ErrorWindow? {
        while memoryBytes + ErrorWindow.bytes > limit {
            guard spare(record) else { return nil }
        }
        state.pointee.blockBytes += ErrorWindow.bytes
        records.base[record].window = ErrorWindow()
        return records[record].window
    }

    /// Weight outside the majority class: what there is to gain by watching a leaf. Inner nodes give way first, the
    /// deepest of them before the others.
    private func promise(_ index: Int) -> Double {
        let node = nodes[Int(records[index].node)]
        if node.test != .leaf { return -1 - Double(node.depth) }
        let rows = records[index].rows
        guard rows.count > 0 else { return 0 }
        let (sum, position) = rows.majority
        return sum - rows.weight(position)
    }

    /// The active record with the least promise, except one; -1 where there is none.
    private func leastPromising(except spared: Int) -> Int {
        var least = -1
        var lowest = Double.infinity
        for index in 0..<records.count
        where index != spared && records[index].node >= 0 && records[index].rows.shape.stride > 0 {
            let own = promise(index)
            if own < lowest {
                lowest = own
                least = index
            }
        }
        return least
    }

    /// Gives a record empty statistics, where need be at the cost of leaves with less promise; true where it has some.
    @discardableResult
    func activate(_ index: Int) -> Bool {
        let rows = records[index].rows
        var shape = features.whole
        var extra = 0
        if options.subspace > 0 {
            shape = features.draw(options.subspace, random, key: records[index].key)
            extra = Heap.size(shape.bytes)
        }
        let needed = ClassRows.bytes(shape, rows.capacity) - rows.bytes + extra
        while memoryBytes + needed > limit {
            let victim = leastPromising(except: index)
            // An inner node takes nobody's place: two of them would take turns.
            guard victim >= 0, promise(index) >= 0, promise(victim) < promise(index) else {
                if options.subspace > 0 { shape.words.deallocate() }
                return false
            }
            if options.subspace == 0, records[victim].rows.capacity == rows.capacity {
                handOver(from: victim, to: index)
                return true
            }
            deactivate(victim)
        }
        records.base[index].rows.move(to: shape, capacity: rows.capacity)
        records.base[index].seen = 0
        state.pointee.blockBytes += needed
        state.pointee.activeCount += 1
        return true
    }

    /// Gives a record the room of another one's statistics, which goes on counting classes. Allocates nothing.
    private func handOver(from victim: Int, to index: Int) {
        ClassRows.exchange(&records.base[victim].rows, &records.base[index].rows)
        records.base[index].seen = 0
    }

    /// Takes a record's statistics away; it goes on counting classes.
    func deactivate(_ index: Int) {
        let rows = records[index].rows
        guard rows.shape.stride > 0 else { return }
        var freed = rows.bytes - ClassRows.bytes(features.none, rows.capacity)
        records.base[index].rows.move(to: features.none, capacity: rows.capacity)
        if options.subspace > 0 {
            freed += Heap.size(rows.shape.bytes)
            rows.shape.words.deallocate()
        }
        state.pointee.blockBytes -= freed
        state.pointee.activeCount -= 1
    }

    /// Room for a growth of the structure within the bound. Where there is none, leaves with the least promise lose
    /// their statistics, but not the last one, and not `sparing`.
    func reserve(nodes moreNodes: Int, records moreRecords: Int, bytes: Int, sparing: Int = -1) -> Bool {
        while true {
            let allowance = limit - memoryBytes - bytes
            if allowance >= 0, nodes.reserve(moreNodes, allowance: allowance),
                records.reserve(moreRecords, allowance: limit - memoryBytes - bytes)
            {
                return true
            }
            let victim = state.pointee.activeCount > 1 ? leastPromising(except: sparing) : -1
            guard victim >= 0 else { return false }
            deactivate(victim)
        }
    }
}
