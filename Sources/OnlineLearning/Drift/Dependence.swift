/// How much more the mean of neighbours varies than it would if they knew nothing of each other.
///
/// Errors of a model that lags behind its stream come in runs. The mean of n dependent inputs has the variance of n/f
/// independent ones; f is estimated by batch means (Schmeiser 1982, doi:10.1287/opre.30.3.556): the mean squared
/// difference of successive blocks of 16, which a change of level disturbs once, over the variance. It fades over 512
/// blocks and starts from f = 1 with the weight of 20. Cost: 2 ns; 64 bytes.
struct Dependence {
    private static let block = 16.0
    private static let memory = 512.0
    private static let prior = 20.0

    private var count = 0.0
    private var sum = 0.0
    private var squares = 0.0
    /// The mean of the block before; deviations are measured from it.
    private var origin = 0.0
    /// Blocks seen; -1 before the first is complete.
    private var blocks = -1.0
    private var between = 0.0
    private var total = 0.0
    /// f, at least 1.
    private(set) var factor = 1.0

    @inline(__always)
    mutating func add(_ value: Double) {
        if blocks < 0, count == 0 { origin = value }
        let deviation = value - origin
        sum += deviation
        squares += deviation * deviation
        count += 1
        if count == Self.block { closeBlock() }
    }

    private mutating func closeBlock() {
        let mean = sum / Self.block
        if blocks >= 0 {
            let half = mean * mean / 2
            let within = max(squares / Self.block - mean * mean, 0)
            blocks = min(blocks + 1, Self.memory)
            between += (half - between) / blocks
            total += (within + half - total) / blocks
            if total > 0 {
                let ratio = Self.block * between / total
                factor = max(1, (blocks * ratio + Self.prior) / (blocks + Self.prior))
            }
        } else {
            blocks = 0
        }
        origin += mean
        count = 0
        sum = 0
        squares = 0
    }

    func write(to writer: inout SnapshotWriter) {
        for value in [count, sum, squares, origin, blocks, between, total, factor] { writer.write(value) }
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        count = try reader.readCount()
        sum = try reader.readDouble()
        squares = try reader.readDouble()
        origin = try reader.readDouble()
        blocks = try reader.readDouble()
        between = try reader.readDouble()
        total = try reader.readDouble()
        factor = try reader.readDouble()
        guard count < Self.block, blocks >= -1, factor >= 1 else {
            throw SnapshotError("the snapshot's estimate of dependence is out of range")
        }
    }
}
