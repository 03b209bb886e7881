extension SplitSearch {
    /// `divide` with MOA's rounding: what equals the threshold is taken off and added again.
    func divideAsMoa(_ rows: ClassRows, _ index: Int, _ threshold: Double) {
        let numbers = rows.shape.pairs * 2
        for position in 0..<rows.count {
            let own = rows.row(position)
            let weight = own[index]
            (left[position], right[position]) = (0, 0)
            if threshold < own[3 * numbers + index] {
                right[position] = weight
            } else if threshold >= own[4 * numbers + index] {
                left[position] = weight
            } else {
                let distance = threshold - own[numbers + index]
                let deviation = (own[2 * numbers + index] / (weight - 1)).squareRoot()
                // Squares of the smallest distances are nothing.
                guard deviation > 0 else {
                    if distance >= 0 { left[position] = weight } else { right[position] = weight }
                    continue
                }
                let equal = ClassRows.density(distance, deviation) * weight
                let below = Cephes.normalCDF(distance / deviation) * weight - equal
                left[position] = below + equal
                right[position] = max(weight - equal - below, 0)
            }
        }
    }
}

/// Sums of merits, one per feature, that MOA's anytime tree keeps beside the statistics of all classes together.
extension SplitSearch {
    /// Adds the merits of an attempt to their sums; the best test of this attempt. Nominal features whose slots
    /// are tested already do not count.
    func noteMerits(_ record: TreeRecord, isTested: (Int32) -> Bool) -> TreeSplit {
        let shape = record.rows.shape
        let sums = record.rows.merits
        var best = TreeSplit()
        var bestSlot: Int32 = -1
        for place in 0..<(shape.numericCount + shape.nominalCount) {
            let found: TreeSplit
            if place < shape.numericCount {
                found = numeric(record, place)
            } else {
                let index = place - shape.numericCount
                guard !isTested(shape.nominalSlots[index]) else { continue }
                found = nominal(record, index)
            }
            // Finite, so that a snapshot can hold it.
            sums[1 + place] += max(found.merit, -1e100)
            let slot = shape.numericSlots[place]
            if found.merit > best.merit || found.merit == best.merit && slot > bestSlot {
                (best, bestSlot) = (found, slot)
            }
        }
        sums[0] += 1
        return best
    }
}
