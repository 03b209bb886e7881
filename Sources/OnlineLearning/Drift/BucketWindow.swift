#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A sequence's recent part as an exponential histogram: row i holds up to `perRow` buckets of 2^i inputs, oldest
/// first, each with its sum and its squared deviations. O(perRow log width) memory, in one flat block.
final class BucketWindow {
    /// A place to cut: after the buckets up to `row`, `index`.
    struct Cut {
        var older = 0.0
        var newer = 0.0
        var meanOlder = Double.nan
        var meanNewer = Double.nan
        /// How far apart the means are, and what would be chance.
        var distance = 0.0
        var bound = Double.infinity
    }

    /// Enough for 2^40 inputs; older ones are dropped.
    private static let rows = 40
    private let perRow: Int
    private let stride: Int
    private let sums: UnsafeMutablePointer<Double>
    private let spreads: UnsafeMutablePointer<Double>
    private let counts: UnsafeMutablePointer<Int>
    private var used = 1
    /// Inputs held.
    private(set) var width = 0.0
    private(set) var total = 0.0
    /// Sum of squared deviations from the mean.
    private(set) var spread = 0.0

    init(perRow: Int) {
        self.perRow = perRow
        stride = perRow + 1
        sums = .allocate(capacity: Self.rows * stride)
        spreads = .allocate(capacity: Self.rows * stride)
        counts = .allocate(capacity: Self.rows)
        sums.initialize(repeating: 0, count: Self.rows * stride)
        spreads.initialize(repeating: 0, count: Self.rows * stride)
        counts.initialize(repeating: 0, count: Self.rows)
    }

    deinit {
        sums.deallocate()
        spreads.deallocate()
        counts.deallocate()
    }

    var mean: Double { width > 0 ? total / width : .nan }
    var memoryBytes: Int { Self.rows * (stride * 16 + 8) }

    func clear() {
        for row in 0..<used { counts[row] = 0 }
        used = 1
        width = 0
        total = 0
        spread = 0
    }

    /// Amortised constant.
    @inline(__always)
    func insert(_ value: Double) {
        if width > 0 {
            let deviation = value - total / width
            spread += width * deviation * deviation / (width + 1)
        }
        width += 1
        total += value
        let count = counts[0]
        sums[count] = value
        spreads[count] = 0
        counts[0] = count + 1
        if count == perRow { compress() }
    }

    /// Merges the two oldest buckets of each row that is too long into one of the next row.
    private func compress() {
        var row = 0
        var size = 1.0
        while counts[row] > perRow {
            let base = row * stride
            let gap = sums[base] / size - sums[base + 1] / size
            let sum = sums[base] + sums[base + 1]
            let spread = spreads[base] + spreads[base + 1] + size / 2 * gap * gap
            for index in 2..<counts[row] {
                sums[base + index - 2] = sums[base + index]
                spreads[base + index - 2] = spreads[base + index]
            }
            counts[row] -= 2
            row += 1
            size *= 2
            guard row < Self.rows else { return forget(sum, size) }
            let end = row * stride + counts[row]
            sums[end] = sum
            spreads[end] = spread
            counts[row] += 1
            used = max(used, row + 1)
        }
    }

    /// Drops the oldest bucket. False where nothing is left.
    @discardableResult
    func dropOldest() -> Bool {
        let row = used - 1
        guard counts[row] > 0 else { return false }
        let base = row * stride
        let size = Double(UInt64(1) << UInt64(row))
        let (sum, own) = (sums[base], spreads[base])
        for index in 1..<max(counts[row], 1) {
            sums[base + index - 1] = sums[base + index]
            spreads[base + index - 1] = spreads[base + index]
        }
        counts[row] -= 1
        forget(sum, size, own)
        while used > 1, counts[used - 1] == 0 { used -= 1 }
        return true
    }

    private func forget(_ sum: Double, _ size: Double, _ own: Double = 0) {
        width -= size
        total -= sum
        guard width > 0 else {
            width = 0
            total = 0
            spread = 0
            return
        }
        let gap = sum / size - total / width
        spread = max(spread - own - size * width * gap * gap / (size + width), 0)
    }

    /// Makes the totals anew from the buckets: what was subtracted from them leaves rounding behind, and an outlier
    /// leaves nothing else. Cost: one division per bucket.
    func addUp() {
        var seen = 0.0
        total = 0
        spread = 0
        for row in (0..<used).reversed() {
            let size = Double(UInt64(1) << UInt64(row))
            for index in row * stride..<row * stride + counts[row] {
                let gap = seen > 0 ? sums[index] / size - total / seen : 0
                spread += spreads[index] + gap * gap * size * (seen / (seen + size))
                total += sums[index]
                seen += size
            }
        }
    }

    /// Looks for a cut whose sides differ by more than chance, oldest first: the first such cut, or the clearest one.
    /// `inflation` is how much more the means of dependent inputs vary.
    /// Cost: one square root per bucket.
    func findCut(delta: Double, least: Double, offset: Double, inflation: Double, clearest: Bool) -> Cut? {
        let logarithm = log(2 * log(width) / delta)
        let variance = spread / width
        let (scale, linear) = (2 * variance * inflation * logarithm, 2.0 / 3.0 * logarithm)
        var (n0, n1, u0, u1) = (0.0, width, 0.0, total)
        // Sums of large inputs differ by rounding, which no variance accounts for.
        let rounding = clearest ? abs(total) * 1e-9 : 0
        var best: Cut?
        var ratio = 1.0
        var size = Double(UInt64(1) << UInt64(used - 1))
        var row = used - 1
        while row >= 0 {
            let base = row * stride
            for index in 0..<counts[row] {
                let sum = sums[base + index]
                n0 += size
                n1 -= size
                u0 += sum
                u1 -= sum
                if n1 < least { return best }
                if n0 < least { continue }
                let (mean0, mean1) = (u0 / n0, u1 / n1)
                let m = 1 / (n0 - offset) + 1 / (n1 - offset)
                let bound = (scale * m).squareRoot() + linear * m
                let distance = abs(mean0 - mean1)
                if distance > bound * ratio, distance * n1 >= rounding {
                    best = Cut(
                        older: n0, newer: n1, meanOlder: mean0, meanNewer: mean1, distance: distance, bound: bound)
                    if !clearest { return best }
                    ratio = distance / bound
                }
            }
            row -= 1
            size /= 2
        }
        return best
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(total)
        writer.write(spread)
        writer.write(UInt8(used))
        for row in 0..<used {
            writer.write(UInt16(counts[row]))
            for index in 0..<counts[row] {
                writer.write(sums[row * stride + index])
                writer.write(spreads[row * stride + index])
            }
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        clear()
        total = try reader.readDouble()
        spread = try reader.readDouble()
        let rows = Int(try reader.read(UInt8.self))
        guard rows >= 1, rows <= Self.rows else { throw SnapshotError("the snapshot's window has \(rows) rows") }
        for row in 0..<rows {
            let count = Int(try reader.read(UInt16.self))
            guard count <= perRow, count > 0 || row + 1 < rows || rows == 1 else {
                throw SnapshotError("the snapshot's window has \(count) buckets in a row of at most \(perRow)")
            }
            used = row + 1
            counts[row] = count
            width += Double(count) * Double(UInt64(1) << UInt64(row))
            for index in 0..<count {
                sums[row * stride + index] = try reader.readDouble()
                spreads[row * stride + index] = try reader.readDouble()
            }
        }
    }
}
