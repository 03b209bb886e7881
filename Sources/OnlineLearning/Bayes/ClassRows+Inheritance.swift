/// What a new leaf's statistics begin with.
extension ClassRows {
    /// Takes over another's statistics of its classes and of the features that both watch, as those of `weight` examples
    /// at most, but for the feature in one slot: the test on it has made them untrue.
    func inherit(_ other: ClassRows, _ weight: Double, except slot: Int32) {
        let share = min(weight / max(other.majority.sum, 1e-9), 1)
        copy(other, from: other.pooled, to: pooled, share, slot)
        for position in 0..<count {
            let origin = other.position(of: classIndex(position))
            if origin >= 0 { copy(other, from: other.row(origin), to: row(position), share, slot) }
        }
    }

    private func copy(
        _ other: ClassRows, from source: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>,
        _ share: Double, _ slot: Int32
    ) {
        let (numbers, theirs) = (shape.pairs * 2, other.shape.pairs * 2)
        for index in 0..<shape.numericCount where shape.numericSlots[index] != slot {
            let origin = Self.place(shape.numericSlots[index], other.shape.numericSlots, other.shape.numericCount)
            guard origin >= 0 else { continue }
            for column in 0..<LeafShape.columns {
                // Weights and squares shrink; means and extremes are what they are.
                let scale = column == 0 || column == 2 ? share : 1
                target[column * numbers + index] = source[column * theirs + origin] * scale
            }
        }
        for index in 0..<shape.nominalCount where shape.nominalSlots[index] != slot {
            let origin = Self.place(shape.nominalSlots[index], other.shape.nominalSlots, other.shape.nominalCount)
            guard origin >= 0 else { continue }
            let (own, from) = (Int(shape.nominalOffsets[index]), Int(other.shape.nominalOffsets[origin]))
            for value in 0...Int(shape.nominalValues[index]) { target[own + value] = source[from + value] * share }
        }
    }

    private static func place(_ slot: Int32, _ slots: UnsafeMutablePointer<Int32>, _ count: Int) -> Int {
        for index in 0..<count where slots[index] == slot { return index }
        return -1
    }
}
