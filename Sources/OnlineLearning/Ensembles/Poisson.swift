/// Counts with a Poisson distribution from uniform bits, by the table of its distribution function.
///
/// Online bagging replaces the bootstrap's count of a row by such a draw (Oza & Russell 2001). One multiplication-free
/// walk through a short table per draw; nothing is kept.
struct Poisson: ~Copyable {
    /// The distribution function in units of 2^-64; counts beyond it are its length.
    private let table: FlatBuffer<UInt64>

    init(mean: Double) {
        var values: [UInt64] = []
        var density = Numerics.exp(-mean)
        var sum = density
        var count = 0.0
        while sum < 1 - 0x1p-40, values.count < 512 {
            values.append(UInt64(sum * 0x1p64))
            count += 1
            density *= mean / count
            sum += density
        }
        table = FlatBuffer(values)
    }

    /// The count that belongs to 64 uniform bits.
    @inline(__always)
    func count(_ bits: UInt64) -> Int {
        var count = 0
        while count < table.count, bits >= table[count] { count += 1 }
        return count
    }

    /// A count for a mean that changes from draw to draw: one multiplication per count up to the drawn one. `mean` at
    /// most 700.
    static func count(mean: Double, _ bits: UInt64) -> Int {
        let uniform = Double(bits >> 11) * 0x1p-53
        var density = Numerics.exp(-mean)
        var sum = density
        var count = 0
        while uniform >= sum, count < 1024 {
            count += 1
            density *= mean / Double(count)
            sum += density
        }
        return count
    }

    var bytes: Int { Heap.size(table.bytes) }
}
