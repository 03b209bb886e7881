#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// HDDM-W: compares moving averages before and after the best cut point, by McDiarmid's inequality.
///
/// Frías-Blanco et al. 2015, doi:10.1109/TKDE.2014.2345382. For errors and other numbers in 0...1, to which inputs are
/// clamped. Quick at abrupt changes, blind to small ones. Where we differ, natively: both directions are reported, and
/// `drift_confidence` is lower (with the paper's 0.001 it raises 0.7 false alarms in 10 000 inputs). River's bound is
/// one step ahead in its recursion; MOA keeps its sums in static variables, which all instances share. Cost: 12 ns per
/// input; 300 bytes.
public final class HddmW: DriftDetector {
    public static let description = ComponentDescription(
        name: "hddm_w", role: .detector,
        summary: "Compares moving averages before and after the best cut point by McDiarmid's inequality.",
        source: "Frías-Blanco et al. 2015, doi:10.1109/TKDE.2014.2345382.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "drift_confidence", .number(1e-12...0.999, default: 1e-5),
                "Confidence of an alarm: the lower, the fewer false ones; in compatibility modes 0.001.",
                compatible: ["river": .number(0.001), "moa": .number(0.001)]),
            ParameterDescription(
                "warning_confidence", .number(1e-12...0.999, default: 1e-4),
                "The same for warnings; in compatibility modes 0.005.",
                compatible: ["river": .number(0.005), "moa": .number(0.005)]),
            ParameterDescription(
                "lambda_val", .number(1e-6...1, default: 0.05), "Weight of an input in the moving averages."),
            ParameterDescription(
                "two_sided_test", .boolean(default: true),
                "Whether a fall is reported too; unless it is given, not in compatibility modes.",
                compatible: ["river": .boolean(false), "moa": .boolean(false)]),
            DetectorCompatibility.parameter(.river, .moa),
        ], signals: [.error])

    /// A moving average; `share` is the sum of its squared weights.
    private struct Average {
        var value = 0.0
        var share = 1.0
        var count = 0.0
    }

    /// One direction: the average up to its cut point, and after it. Values are in the direction's own sign.
    private struct Side {
        var cut = Double.infinity
        var before = Average()
        var after = Average()
    }

    private let lambda: Double
    private let kept: Double
    private let isTwoSided: Bool
    private let mode: DetectorCompatibility
    /// ln(1/d) / 2.
    private let driftLog: Double
    private let warningLog: Double
    private var whole = Average()
    private var up = Side()
    private var down = Side()
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        mode = DetectorCompatibility(parameters)
        isTwoSided = parameters.boolean("two_sided_test")
        lambda = parameters.number("lambda_val")
        kept = 1 - lambda
        driftLog = log(1 / parameters.number("drift_confidence")) / 2
        warningLog = log(1 / parameters.number("warning_confidence")) / 2
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard input.number.isFinite else { return .none }
        let value = min(max(input.number, 0), 1)
        if hasDrifted { forget() }
        add(&whole, value)
        let bound = (whole.share * driftLog).squareRoot()
        let rise = step(&up, value, whole.value, bound, sign: 1)
        guard rise != .drift, isTwoSided else { return rise }
        return max(rise, step(&down, -value, -whole.value, bound, sign: -1))
    }

    @inline(__always)
    private func add(_ average: inout Average, _ value: Double) {
        let isFirst = average.count == 0
        average.value = isFirst ? value : lambda * value + kept * average.value
        // River applies the recursion to the first input too.
        if !isFirst || mode == .river { average.share = lambda * lambda + kept * kept * average.share }
        average.count += 1
    }

    @inline(__always)
    private func step(_ side: inout Side, _ value: Double, _ mean: Double, _ bound: Double, sign: Double) -> DriftLevel
    {
        if mean + bound < side.cut {
            side.cut = mean + bound
            side.before = whole
            side.before.value = mean
            side.after = Average()
            return .none
        }
        add(&side.after, value)
        let shares = side.before.share + side.after.share
        let distance = side.after.value - side.before.value
        guard distance > (shares * min(warningLog, driftLog)).squareRoot() else { return .none }
        let drift = (shares * driftLog).squareRoot()
        let isDrift = distance > drift
        lastChange.direction = sign > 0 ? .up : .down
        lastChange.meanBefore = sign * side.before.value
        lastChange.meanAfter = sign * side.after.value
        lastChange.statistic = distance
        lastChange.threshold = isDrift ? drift : (shares * warningLog).squareRoot()
        // The average forgets: what it shows is no older than two of its lengths.
        lastChange.age = Int(min(side.after.count, 2 / lambda)) - 1
        if isDrift { hasDrifted = true }
        return isDrift ? .drift : .warning
    }

    private func forget() {
        whole = Average()
        up = Side()
        down = Side()
        hasDrifted = false
    }

    public func reset() {
        forget()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { 300 }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(up.cut)
        writer.write(down.cut)
        for average in [whole, up.before, up.after, down.before, down.after] {
            writer.write(average.value)
            writer.write(average.share)
            writer.write(average.count)
        }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        up.cut = try reader.readDouble()
        down.cut = try reader.readDouble()
        whole = try readAverage(&reader)
        up.before = try readAverage(&reader)
        up.after = try readAverage(&reader)
        down.before = try readAverage(&reader)
        down.after = try readAverage(&reader)
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
    }

    private func readAverage(_ reader: inout SnapshotReader) throws(SnapshotError) -> Average {
        Average(value: try reader.readDouble(), share: try reader.readDouble(), count: try reader.readCount())
    }
}
