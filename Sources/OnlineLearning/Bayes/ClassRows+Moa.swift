/// Likelihoods as MOA has them, but as logarithms.
extension ClassRows {
    /// The Gaussian of the class alone, with n − 1; where it has shown no variance 1 for an equal value, else 0; Laplace
    /// counts of nominal values. Constant factors that all classes share are left out. `scratch` comes from `gather`.
    func moaLogLikelihood(_ example: Example, _ scratch: UnsafeMutablePointer<Double>, position: Int) -> Double {
        let numbers = shape.pairs * 2
        let own = row(position)
        var sum = 0.0
        for index in 0..<shape.numericCount where scratch[index] == scratch[index] {
            let weight = own[index]
            let difference = scratch[index] - own[numbers + index]
            let variance = weight > 1 ? own[2 * numbers + index] / (weight - 1) : 0
            guard weight > 0, variance > 0 || difference == 0 else { return -1e300 }
            guard variance > 0 else { continue }
            sum -= 0.5 * (difference * difference / variance + Numerics.log(variance * 6.283185307179586))
        }
        for index in 0..<shape.nominalCount {
            let category = Numerics.category(
                example.slots[Int(shape.nominalSlots[index])], Int(shape.nominalValues[index]))
            guard category >= 0 else { continue }
            let counts = own + Int(shape.nominalOffsets[index])
            sum += Numerics.log((counts[1 + category] + 1) / (counts[0] + Double(max(distinctValues(index), 1))))
        }
        return max(sum, -1e300)
    }
}
