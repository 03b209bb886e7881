/// Counts of positive and negative examples by score, for the area under the ROC curve of a whole stream.
///
/// 2048 bins, 64 to each halving of p below one half, mirrored above it: probabilities down to 2^-17 keep 1.6 %
/// relative resolution, which uniform bins lack where positives are rare. Pairs in one bin count one half, so the area
/// is off by at most half the share of positive-negative pairs that fall into the same bin. Cost: a few integer
/// operations, 32 KiB.
struct ScoreHistogram: ~Copyable {
    static let binCount = 2048
    private static let half = 1024
    private let positives = FlatBuffer<UInt64>(binCount, repeating: 0)
    private let negatives = FlatBuffer<UInt64>(binCount, repeating: 0)

    /// The bin of a probability; rises with it.
    @inline(__always)
    static func bin(_ p: Double) -> Int {
        p >= 0.5 ? binCount - 1 - lower(1 - p) : lower(p)
    }

    /// The bin of p in 0...0.5 by exponent and six bits of the fraction.
    @inline(__always)
    private static func lower(_ p: Double) -> Int {
        guard p > 0x1p-17 else { return 0 }
        let code = Int(truncatingIfNeeded: p.bitPattern >> 46) - (1006 << 6)
        return min(code, half - 1)
    }

    @inline(__always)
    func add(_ p: Double, positive: Bool) {
        let bin = Self.bin(p)
        if positive { positives[bin] &+= 1 } else { negatives[bin] &+= 1 }
    }

    /// The area, or nil where one class is missing.
    var area: Double? {
        var below = 0.0
        var won = 0.0
        var total = 0.0
        for bin in 0..<Self.binCount {
            let up = Double(positives[bin])
            let down = Double(negatives[bin])
            won += up * (below + down / 2)
            below += down
            total += up
        }
        return total > 0 && below > 0 ? won / total / below : nil
    }

    func write(to writer: inout SnapshotWriter) {
        let used = (0..<Self.binCount).filter { positives[$0] | negatives[$0] != 0 }
        writer.write(UInt32(used.count))
        for bin in used {
            writer.write(UInt16(bin))
            writer.write(positives[bin])
            writer.write(negatives[bin])
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for bin in 0..<Self.binCount {
            positives[bin] = 0
            negatives[bin] = 0
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let bin = Int(try reader.read(UInt16.self))
            guard bin < Self.binCount else { throw SnapshotError("the snapshot's score bin \(bin) does not exist") }
            positives[bin] = try reader.read()
            negatives[bin] = try reader.read()
        }
    }
}
