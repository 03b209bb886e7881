/// Statistics and likelihoods as MOA has them, to the last bit: rounding decides whether a leaf splits at this example or
/// at the next.
extension ClassRows {
    /// Takes one example of the class at a position, as `learn` does. `values` comes from `gather`.
    func learnAsMoa(
        _ example: Example, _ values: UnsafeMutablePointer<Double>, position: Int, weight: Double
    ) {
        setWeight(position, self.weight(position) + weight)
        for own in [row(position), pooled] {
            for index in 0..<shape.numericCount where values[index] == values[index] {
                absorbAsMoa(values[index], weight, own + index)
            }
            for index in 0..<shape.nominalCount {
                let category = Numerics.category(
                    example.slots[Int(shape.nominalSlots[index])], Int(shape.nominalValues[index]))
                guard category >= 0 else { continue }
                own[Int(shape.nominalOffsets[index])] += weight
                own[Int(shape.nominalOffsets[index]) + 1 + category] += weight
            }
        }
    }

    /// Welford's step; `column` is where the feature's weight stands.
    private func absorbAsMoa(_ value: Double, _ weight: Double, _ column: UnsafeMutablePointer<Double>) {
        let numbers = shape.pairs * 2
        let isFirst = column[0] == 0
        column[0] += weight
        let before = column[numbers]
        column[numbers] = isFirst ? value : before + weight * (value - before) / column[0]
        let more = isFirst ? 0 : weight * (value - before) * (value - column[numbers])
        column[2 * numbers] = min(column[2 * numbers] + more, 1e300)
        column[3 * numbers] = min(column[3 * numbers], value)
        column[4 * numbers] = max(column[4 * numbers], value)
    }

    /// The product of the class's own densities, with n − 1; where it has shown no variance 1 for an equal value, else 0;
    /// Laplace counts of nominal values. No logarithms: products that underflow are 0, as there. At most 1e280. `values`
    /// comes from `gather`.
    func moaLikelihood(_ example: Example, _ values: UnsafeMutablePointer<Double>, position: Int) -> Double {
        let numbers = shape.pairs * 2
        let own = row(position)
        var product = 1.0
        for index in 0..<shape.numericCount where values[index] == values[index] && pooled[index] > 0 {
            let weight = own[index]
            let difference = values[index] - own[numbers + index]
            let variance = weight > 1 ? own[2 * numbers + index] / (weight - 1) : 0
            guard weight > 0, variance > 0 || difference == 0 else { return 0 }
            guard variance > 0 else { continue }
            product *= Self.density(difference, variance.squareRoot())
        }
        for index in 0..<shape.nominalCount {
            let category = Numerics.category(
                example.slots[Int(shape.nominalSlots[index])], Int(shape.nominalValues[index]))
            let counts = own + Int(shape.nominalOffsets[index])
            guard category >= 0, pooled[Int(shape.nominalOffsets[index])] > 0 else { continue }
            guard counts[0] > 0 else { return 0 }
            // MOA counts as many values as the class's highest one has predecessors, and itself.
            var distinct = Int(shape.nominalValues[index])
            while counts[distinct] == 0 { distinct -= 1 }
            product *= (counts[1 + category] + 1) / (counts[0] + Double(distinct))
        }
        return min(product, 1e280)
    }

    /// The normal density at a distance from the mean.
    static func density(_ distance: Double, _ deviation: Double) -> Double {
        Numerics.exp(-(distance * distance / (2 * deviation * deviation))) / (2.5066282746310002 * deviation)
    }
}
