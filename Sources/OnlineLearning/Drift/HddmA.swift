#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// HDDM-A: compares the mean so far with the lowest (highest) mean it has had, by Hoeffding's inequality.
///
/// Frías-Blanco et al. 2015, doi:10.1109/TKDE.2014.2345382. For errors and other numbers in 0...1, to which inputs are
/// clamped; no assumption about their distribution. Where we differ, natively: both directions are reported (River
/// watches rises only unless asked; MOA starts anew at a fall and says nothing). Cost: 10 ns per input; 200 bytes.
public final class HddmA: DriftDetector {
    public static let description = ComponentDescription(
        name: "hddm_a", role: .detector,
        summary: "Compares the mean so far with its lowest and highest by Hoeffding's inequality.",
        source: "Frías-Blanco et al. 2015, doi:10.1109/TKDE.2014.2345382.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "drift_confidence", .number(1e-12...0.999, default: 0.001),
                "Confidence of an alarm: the lower, the fewer false ones."),
            ParameterDescription(
                "warning_confidence", .number(1e-12...0.999, default: 0.005), "The same for warnings."),
            ParameterDescription(
                "two_sided_test", .boolean(default: true),
                "Whether a fall is reported too; unless it is given, not with `compatibility: river`.",
                compatible: ["river": .boolean(false), "moa": .boolean(true)]),
            DetectorCompatibility.parameter(.river, .moa),
        ], signals: [.error])

    /// Inputs and their mean at some point.
    private struct Part {
        var count = 0.0
        var mean = 0.0
    }

    private let isTwoSided: Bool
    private let mode: DetectorCompatibility
    /// ln(1/d) of the cut points, ln(2/d) of alarms and warnings.
    private let cutLog: Double
    private let driftLog: Double
    private let warningLog: Double
    private var whole = Part()
    private var lowest = Part()
    private var highest = Part()
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        mode = DetectorCompatibility(parameters)
        isTwoSided = parameters.boolean("two_sided_test")
        let drift = parameters.number("drift_confidence")
        cutLog = log(1 / drift)
        driftLog = log(2 / drift)
        warningLog = log(2 / parameters.number("warning_confidence"))
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard input.number.isFinite else { return .none }
        let value = min(max(input.number, 0), 1)
        if hasDrifted { forget() }
        whole.count += 1
        whole.mean += (value - whole.mean) / whole.count
        if lowest.count == 0 { lowest = whole }
        if highest.count == 0 { highest = whole }
        let bound = bound(whole.count)
        if lowest.mean + self.bound(lowest.count) >= whole.mean + bound { lowest = whole }
        if highest.mean - self.bound(highest.count) <= whole.mean - bound { highest = whole }
        let rise = test(lowest, whole.mean - lowest.mean, .up)
        guard rise != .drift, isTwoSided else { return rise }
        let fall = test(highest, highest.mean - whole.mean, .down)
        // MOA begins anew and says nothing.
        return mode == .moa ? rise : max(rise, fall)
    }

    @inline(__always)
    private func bound(_ count: Double) -> Double { (1 / (2 * count) * cutLog).squareRoot() }

    @inline(__always)
    private func test(_ cut: Part, _ distance: Double, _ direction: DriftChange.Direction) -> DriftLevel {
        guard cut.count != whole.count else { return .none }
        let half = (whole.count - cut.count) / cut.count * (1 / whole.count) / 2
        // What is not even a warning ends here, with one root.
        let warning = (half * warningLog).squareRoot()
        let drift = (half * driftLog).squareRoot()
        guard distance >= min(warning, drift) else { return .none }
        let isDrift = distance >= drift
        describe(cut, distance, isDrift ? drift : warning, direction)
        if isDrift { hasDrifted = true }
        return isDrift ? .drift : .warning
    }

    private func describe(_ cut: Part, _ distance: Double, _ bound: Double, _ direction: DriftChange.Direction) {
        let later = whole.count - cut.count
        lastChange.direction = direction
        lastChange.meanBefore = cut.mean
        lastChange.meanAfter = (whole.mean * whole.count - cut.mean * cut.count) / later
        lastChange.statistic = distance
        lastChange.threshold = bound
        lastChange.age = Int(later) - 1
    }

    private func forget() {
        whole = Part()
        lowest = Part()
        highest = Part()
        hasDrifted = false
    }

    public func reset() {
        forget()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { 200 }

    public func write(to writer: inout SnapshotWriter) {
        for part in [whole, lowest, highest] {
            writer.write(part.count)
            writer.write(part.mean)
        }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        whole = Part(count: try reader.readCount(), mean: try reader.readDouble())
        lowest = Part(count: try reader.readCount(), mean: try reader.readDouble())
        highest = Part(count: try reader.readCount(), mean: try reader.readDouble())
        guard lowest.count <= whole.count, highest.count <= whole.count else {
            throw SnapshotError("the snapshot's cut point lies after its last input")
        }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
    }
}
