/// How good a regressor's answers were: over the whole stream and over the last `window` labelled events.
///
/// Windowed figures are recomputed from the ring when asked, so nothing is ever subtracted from a sum. R2 compares with
/// the mean of the same events (Welford 1962, doi:10.1080/00401706.1962.10490022). Memory: 16 bytes per event of the
/// window.
final class RegressionMetrics: Scoreboard {
    private let window: Int
    private var sums = Sums()
    private let ring: FlatBuffer<Entry>
    /// Labelled events in the window now.
    private(set) var windowCount = 0
    private var next = 0

    private struct Entry: BitwiseCopyable {
        var target = 0.0
        var error = 0.0
    }

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
        ring = FlatBuffer(self.window, repeating: Entry())
    }

    func record(_ answer: ModelAnswer, _ label: Label, flags: UInt8) {
        record(target: label.target, value: answer.values[0])
    }

    /// Cost: about 5 ns, no allocation.
    @inline(__always)
    func record(target: Double, value: Double) {
        let error = target - value
        sums.add(target, error)
        ring[next] = Entry(target: target, error: error)
        if windowCount < window { windowCount += 1 }
        next = next + 1 == window ? 0 : next + 1
    }

    var cumulative: MetricValues { sums.values }

    /// Cost: the window's length.
    var windowed: MetricValues {
        var sums = Sums()
        for index in 0..<windowCount { sums.add(ring[index].target, ring[index].error) }
        return sums.values
    }

    /// Mean absolute error of the last `count` labelled events, or NaN. Cost: `count`.
    func recentLoss(_ count: Int) -> Double {
        let count = min(count, windowCount)
        guard count > 0 else { return .nan }
        var sum = 0.0
        var index = next
        for _ in 0..<count {
            index = index == 0 ? windowCount - 1 : index - 1
            sum += abs(ring[index].error)
        }
        return sum / Double(count)
    }

    var memoryBytes: Int { window * 16 + 64 }

    func write(to writer: inout SnapshotWriter) {
        for value in [sums.count, sums.absolute, sums.squared, sums.mean, sums.spread] { writer.write(value) }
        writer.write(UInt32(windowCount))
        writer.write(UInt32(next))
        for index in 0..<windowCount {
            writer.write(ring[index].target)
            writer.write(ring[index].error)
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
        windowCount = count
        for index in 0..<count { ring[index] = Entry(target: try reader.readDouble(), error: try reader.readDouble()) }
    }
}
