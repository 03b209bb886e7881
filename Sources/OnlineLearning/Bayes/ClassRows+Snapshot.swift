extension ClassRows {
    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(count))
        writer.write(UInt32(capacity))
        writer.write(UnsafeBufferPointer(start: block, count: count * Self.headSize))
        writer.write(UnsafeBufferPointer(start: pooled, count: shape.stride == 0 ? 0 : shape.stride * (count + 1)))
    }

    /// Rows of a shape with what a snapshot has of them, or a refusal: at most `classes` classes, each once, in at most
    /// `allowance` bytes, all numbers finite.
    static func read(
        _ reader: inout SnapshotReader, _ shape: LeafShape, classes: Int, allowance: Int
    ) throws(SnapshotError) -> ClassRows {
        let refusal = SnapshotError("the snapshot's class statistics do not fit here")
        let count = Int(try reader.read(UInt32.self))
        let capacity = Int(try reader.read(UInt32.self))
        guard count <= capacity, capacity >= 1, capacity <= max(classes, 1), bytes(shape, capacity) <= allowance else {
            throw refusal
        }
        let heads = try reader.readDoubles()
        let numbers = try reader.readDoubles()
        guard heads.count == count * headSize, numbers.count == (shape.stride == 0 ? 0 : shape.stride * (count + 1)),
            (heads + numbers).allSatisfy({ $0.isFinite })
        else { throw refusal }
        var rows = ClassRows(shape, capacity: capacity)
        for position in 0..<count {
            let (weight, classIndex) = (heads[position * headSize], heads[position * headSize + 2])
            guard weight >= 0, classIndex >= 0, classIndex < Double(classes), classIndex == classIndex.rounded(),
                rows.position(of: Int(classIndex)) < 0
            else {
                rows.deallocate()
                throw refusal
            }
            let recent = heads[position * headSize + 3]
            guard recent >= 0 else {
                rows.deallocate()
                throw refusal
            }
            _ = rows.add(classIndex: Int(classIndex), weight: weight)
            rows.block[position * headSize + 3] = recent
        }
        for (index, value) in numbers.enumerated() { rows.pooled[index] = value }
        return rows
    }
}
