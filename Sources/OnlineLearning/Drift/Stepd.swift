/// STEPD: tests whether the last answers are worse than all before them, by equal proportions.
///
/// Nishida & Yamauchi 2007, doi:10.1007/978-3-540-75488-6_27. For errors; a number above one half counts as one. Where we
/// differ, natively: only a fall of the accuracy alarms and a continuity correction larger than the difference is no
/// evidence (MOA takes its absolute value and alarms every 60 inputs on a perfect model); the test is one-sided and
/// stricter, because it is repeated at every input (at the paper's 0.003 it raises 3 false alarms in 10 000). Cost:
/// 10 ns per input; `window_size` bytes.
public final class Stepd: DriftDetector {
    public static let description = ComponentDescription(
        name: "stepd", role: .detector,
        summary: "Tests whether the last answers are worse than all before them.",
        source: "Nishida & Yamauchi 2007, doi:10.1007/978-3-540-75488-6_27.",
        cost: "Constant time; memory of the window's length.",
        parameters: [
            ParameterDescription("window_size", .integer(2...1_000_000, default: 30), "The last answers."),
            ParameterDescription(
                "alpha_drift", .number(1e-15...0.5, default: 1e-6),
                "Significance of an alarm: the lower, the fewer false ones; in compatibility modes 0.003.",
                compatible: ["moa": .number(0.003)]),
            ParameterDescription(
                "alpha_warning", .number(1e-15...0.5, default: 1e-4),
                "The same for warnings; in compatibility modes 0.05.", compatible: ["moa": .number(0.05)]),
            DetectorCompatibility.parameter(.moa),
        ], signals: [.error])

    private let recent: ErrorRing
    private let mode: DetectorCompatibility
    private let driftLimit: Double
    private let warningLimit: Double
    /// Answers older than the window, and errors among them.
    private var older = 0.0
    private var olderErrors = 0.0
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        recent = ErrorRing(capacity: parameters.integer("window_size"))
        mode = DetectorCompatibility(parameters)
        let sides = mode == .moa ? 2.0 : 1
        driftLimit = Numerics.normalQuantile(above: parameters.number("alpha_drift") / sides)
        warningLimit = Numerics.normalQuantile(above: parameters.number("alpha_warning") / sides)
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard let wrong = input.isError else { return .none }
        if hasDrifted { forget() }
        let left = recent.push(wrong)
        if left >= 0 {
            older += 1
            olderErrors += Double(left)
        }
        guard older >= Double(recent.capacity) else { return .none }
        let n = Double(recent.capacity)
        let (rateBefore, rateAfter) = (olderErrors / older, Double(recent.errors) / n)
        let rise = rateAfter - rateBefore
        let parts = 1 / older + 1 / n
        let pooled = (olderErrors + Double(recent.errors)) / (older + n)
        let deviation = (pooled * (1 - pooled) * parts).squareRoot()
        let z: Double
        if mode == .moa {
            z = abs((abs(rise) - 0.5 * parts) / deviation)
        } else {
            guard deviation > 0 else { return .none }
            z = (rise - 0.5 * parts) / deviation
        }
        guard z > min(warningLimit, driftLimit) else { return .none }
        let isDrift = z > driftLimit
        lastChange.direction = rise > 0 ? .up : .down
        lastChange.meanBefore = rateBefore
        lastChange.meanAfter = rateAfter
        lastChange.statistic = z
        lastChange.threshold = isDrift ? driftLimit : warningLimit
        lastChange.age = Int(n) - 1
        if isDrift { hasDrifted = true }
        return isDrift ? .drift : .warning
    }

    private func forget() {
        recent.clear()
        older = 0
        olderErrors = 0
        hasDrifted = false
    }

    public func reset() {
        forget()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { recent.capacity + 160 }

    public func write(to writer: inout SnapshotWriter) {
        recent.write(to: &writer)
        for value in [older, olderErrors] { writer.write(value) }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try recent.read(from: &reader)
        older = try reader.readCount()
        olderErrors = try reader.readCount()
        guard olderErrors <= older, older == 0 || recent.isFull else {
            throw SnapshotError("the snapshot has more errors than answers")
        }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
    }
}
