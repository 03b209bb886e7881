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

    var bytes: Int { table.bytes }
}

extension CounterRandom {
    /// An independent generator for one part of a component, as a member of an ensemble.
    func part(_ number: UInt64) -> CounterRandom {
        CounterRandom(seed: bits(event: .max, draw: number), component: number, task: 0)
    }
}
