/// How good a regressor's answers were: over the whole stream and over the last `window` labelled events.
///
/// Windowed figures are recomputed from the ring when asked, so nothing is ever subtracted from a sum. R2 compares with
/// the mean of the same events (Welford 1962, doi:10.1080/00401706.1962.10490022). Memory: 16 bytes per event of the window.
final class RegressionMetrics {
    private let window: Int
    private var sums = Sums()
    private var ring: [(target: Double, error: Double)] = []
    private var next = 0

    private struct Sums {
        var count = 0.0
        var absolute = 0.0
        var squared = 0.0
        var mean = 0.0
        var spread = 0.0

        @inline(__always)
        mutating func add(_ target: Double, _ error: Double) {
            count += 1
            absolute += abs(error)
            squared += error * error
            let delta = target - mean
            mean += delta / count
            spread += delta * (target - mean)
        }

        var values: MetricValues {
            metricValues([
                "mae": count > 0 ? absolute / count : nil, "rmse": count > 0 ? (squared / count).squareRoot() : nil,
                "r2": spread > 0 ? 1 - squared / spread : nil,
            ])
        }
    }

    init(window: Int) {
        self.window = max(window, 1)
        ring.reserveCapacity(self.window)
    }

    /// Cost: about 5 ns, no allocation.
    @inline(__always)
    func record(target: Double, value: Double) {
        let error = target - value
        sums.add(target, error)
        if ring.count < window { ring.append((target, error)) } else { ring[next] = (target, error) }
        next = next + 1 == window ? 0 : next + 1
    }

    /// Labelled events in the window now.
    var windowCount: Int { ring.count }
    var cumulative: MetricValues { sums.values }

    /// Cost: the window's length.
    var windowed: MetricValues {
        var sums = Sums()
        for entry in ring { sums.add(entry.target, entry.error) }
        return sums.values
    }

    /// Mean absolute error of the last `count` labelled events, or NaN. Cost: `count`.
    func recentError(_ count: Int) -> Double {
        let count = min(count, ring.count)
        guard count > 0 else { return .nan }
        var sum = 0.0
        var index = next
        for _ in 0..<count {
            index = index == 0 ? ring.count - 1 : index - 1
            sum += abs(ring[index].error)
        }
        return sum / Double(count)
    }

    var memoryBytes: Int { window * 16 + 64 }

    func write(to writer: inout SnapshotWriter) {
        for value in [sums.count, sums.absolute, sums.squared, sums.mean, sums.spread] { writer.write(value) }
        writer.write(UInt32(ring.count))
        writer.write(UInt32(next))
        for entry in ring {
            writer.write(entry.target)
            writer.write(entry.error)
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        sums.count = try reader.readDouble()
        sums.absolute = try reader.readDouble()
        sums.squared = try reader.readDouble()
        sums.mean = try reader.readDouble()
        sums.spread = try reader.readDouble()
        let count = Int(try reader.read(UInt32.self))
        next = Int(try reader.read(UInt32.self))
        guard count <= window, next < window, count == window || next == count else {
            throw SnapshotError("the snapshot's window of \(count) events does not fit into one of \(window)")
        }
        ring.removeAll(keepingCapacity: true)
        for _ in 0..<count { ring.append((try reader.readDouble(), try reader.readDouble())) }
    }
}
