#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// FHDDM: alarms when the accuracy of a sliding window falls below the best one by Hoeffding's bound.
///
/// Pesaranghader & Viktor 2016, doi:10.1007/978-3-319-46227-1_7; with `short_window_size` its stacked form
/// (Pesaranghader et al. 2018, doi:10.1007/s10994-018-5719-z). For errors; a number above one half counts as one. A rise
/// of the error rate by less than the bound (0.26 by default) is never seen. Where we differ: River's documentation asks
/// for 1 = error, with which it looks for improvements; here the input's type says what an error is. `compatibility:
/// river` starts with an empty window after an alarm in the same way as the native form: alarms are equal. Cost: 5 ns per
/// input; `sliding_window_size` bytes.
public final class Fhddm: DriftDetector {
    public static let description = ComponentDescription(
        name: "fhddm", role: .detector,
        summary: "Alarms when a window's accuracy falls below the best one by Hoeffding's bound.",
        source: "Pesaranghader & Viktor 2016, doi:10.1007/978-3-319-46227-1_7.",
        cost: "Constant time; memory of the window's length.",
        parameters: [
            ParameterDescription("sliding_window_size", .integer(2...1_000_000, default: 100), "Inputs in the window."),
            ParameterDescription(
                "confidence_level", .number(1e-300...0.999, default: 1e-6),
                "Confidence of the bound: the lower, the fewer false alarms."),
            ParameterDescription(
                "short_window_size", .integer(0...1_000_000, default: 0),
                "Inputs of a second, shorter window that alarms as well; 0: none."),
            DetectorCompatibility.parameter(.river),
        ], signals: [.error])

    /// One window's best accuracy, as its fewest errors, and the input at which it was reached.
    private struct Best {
        var errors = Int.max
        var at: UInt64 = 0
    }

    private let ring: ErrorRing
    private let short: Int
    /// Errors above the fewest that are still chance.
    private let allowed: Double
    private let shortAllowed: Double
    private var shortErrors = 0
    private var best = Best()
    private var shortBest = Best()
    private var count: UInt64 = 0
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        let size = parameters.integer("sliding_window_size")
        ring = ErrorRing(capacity: size)
        short = min(parameters.integer("short_window_size"), size)
        let logarithm = log(1 / parameters.number("confidence_level"))
        allowed = (logarithm * Double(size) / 2).squareRoot()
        shortAllowed = (logarithm * Double(short) / 2).squareRoot()
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard let wrong = input.isError else { return .none }
        if hasDrifted { forget() }
        count += 1
        if short > 0 {
            if ring.count >= short { shortErrors -= ring[age: short - 1] }
            shortErrors += wrong ? 1 : 0
        }
        ring.push(wrong)
        guard ring.isFull else { return .none }
        if ring.errors < best.errors { best = Best(errors: ring.errors, at: count) }
        if Double(ring.errors - best.errors) > allowed { return alarm(best, ring.errors, ring.capacity, allowed) }
        guard short > 0 else { return .none }
        if shortErrors < shortBest.errors { shortBest = Best(errors: shortErrors, at: count) }
        guard Double(shortErrors - shortBest.errors) > shortAllowed else { return .none }
        return alarm(shortBest, shortErrors, short, shortAllowed)
    }

    private func alarm(_ best: Best, _ errors: Int, _ size: Int, _ allowed: Double) -> DriftLevel {
        let size = Double(size)
        lastChange.direction = .up
        lastChange.meanBefore = Double(best.errors) / size
        lastChange.meanAfter = Double(errors) / size
        lastChange.statistic = Double(errors - best.errors) / size
        lastChange.threshold = allowed / size
        // The change lies after the best window, and what shows it in the present one.
        lastChange.age = Int(min(Double(count - best.at), size)) - 1
        hasDrifted = true
        return .drift
    }

    private func forget() {
        ring.clear()
        shortErrors = 0
        best = Best()
        shortBest = Best()
        count = 0
        hasDrifted = false
    }

    public func reset() {
        forget()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { ring.capacity + 160 }

    public func write(to writer: inout SnapshotWriter) {
        ring.write(to: &writer)
        writer.write(Int64(shortErrors))
        for best in [best, shortBest] {
            writer.write(Int64(best.errors))
            writer.write(best.at)
        }
        writer.write(count)
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try ring.read(from: &reader)
        shortErrors = Int(try reader.read(Int64.self))
        best = try readBest(&reader)
        shortBest = try readBest(&reader)
        count = try reader.read()
        guard shortErrors >= 0, shortErrors <= short, best.at <= count, shortBest.at <= count else {
            throw SnapshotError("the snapshot's window does not fit its inputs")
        }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
    }

    private func readBest(_ reader: inout SnapshotReader) throws(SnapshotError) -> Best {
        let errors = Int(try reader.read(Int64.self))
        guard errors >= 0 else { throw SnapshotError("the snapshot's best window has fewer than no errors") }
        return Best(errors: errors, at: try reader.read())
    }
}
