/// Inputs in 0...1 since a detector's last change: how many, their sum and their mean.
struct RunningRate {
    private(set) var count = 0.0
    private(set) var errors = 0.0
    private(set) var rate = 0.0

    /// River's running mean rounds differently from MOA's; ours is a division that does not wait for the one before.
    @inline(__always)
    mutating func add(_ value: Double, like mode: DetectorCompatibility) {
        count += 1
        errors += value
        switch mode {
        case .none: rate = errors / count
        case .river: rate += 1 / count * (value - rate)
        case .moa: rate += (value - rate) / count
        }
    }

    func write(to writer: inout SnapshotWriter) { for value in [count, errors, rate] { writer.write(value) } }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        count = try reader.readCount()
        errors = try reader.readDouble()
        rate = try reader.readDouble()
        guard errors <= count else { throw SnapshotError("the snapshot has more errors than inputs") }
    }
}
