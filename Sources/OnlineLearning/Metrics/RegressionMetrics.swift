/// How good a regressor's answers were: over the whole stream and over the last `window` labelled events.
///
/// Windowed figures are recomputed from the ring when asked, so nothing is ever subtracted from a sum. R2 compares with
/// the mean of the same events (Welford 1962, doi:10.1080/00401706.1962.10490022). Memory: 16 bytes per event of the
/// window.
final class RegressionMetrics: Scoreboard {
    private let sums = Cell(Sums())
    private let window: RecentEvents<Entry>

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

    init(window: Int) { self.window = RecentEvents(capacity: window, filledWith: Entry()) }

    var windowCount: Int { window.count }

    func record(_ answer: ModelAnswer, _ label: Label, flags: UInt8) {
        record(target: label.target, value: answer.values[0])
    }

    /// Cost: about 5 ns, no allocation.
    @inline(__always)
    func record(target: Double, value: Double) {
        let error = target - value
        sums.pointer.pointee.add(target, error)
        window.add(Entry(target: target, error: error))
    }

    var cumulative: MetricValues { sums.pointer.pointee.values }

    /// Cost: the window's length.
    var windowed: MetricValues {
        var sums = Sums()
        for index in window.indices { sums.add(window[index].target, window[index].error) }
        return sums.values
    }

    var tally: Tally { Tally(labelled: sums.pointer.pointee.count, loss: sums.pointer.pointee.absolute) }

    var memoryBytes: Int { window.bytes + 64 }

    func write(to writer: inout SnapshotWriter) {
        let sums = sums.pointer.pointee
        for value in [sums.count, sums.absolute, sums.squared, sums.mean, sums.spread] { writer.write(value) }
        window.write(to: &writer) { entry, writer in
            writer.write(entry.target)
            writer.write(entry.error)
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        sums.pointer.pointee = Sums(
            count: try reader.readDouble(), absolute: try reader.readDouble(), squared: try reader.readDouble(),
            mean: try reader.readDouble(), spread: try reader.readDouble())
        try window.read(from: &reader) { (reader) throws(SnapshotError) in
            Entry(target: try reader.readDouble(), error: try reader.readDouble())
        }
    }
}
