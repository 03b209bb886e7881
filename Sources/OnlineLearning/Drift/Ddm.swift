/// DDM: warns and alarms when the error rate rises 2 and 3 standard deviations above its lowest level.
///
/// Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29. For errors; other inputs are clamped to 0...1. Where we differ,
/// natively: the lowest level is only taken once `min_errors` errors were seen, because a rate estimated from fewer has
/// no normal distribution (River and MOA, which take it after 30 inputs, raise 4.5 false alarms in 10 000 inputs at 2 %
/// errors). A change is dated to the start of the warning. Cost: about 5 ns per input; 100 bytes.
public final class Ddm: DriftDetector {
    public static let description = ComponentDescription(
        name: "ddm", role: .detector,
        summary: "Warns and alarms when the error rate rises clearly above the lowest it has been.",
        source: "Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "warm_start", .integer(1...1_000_000_000, default: 30), "Inputs before the first look."),
            ParameterDescription(
                "warning_threshold", .number(0...100, default: 2),
                "Standard deviations above the lowest level that warn."),
            ParameterDescription(
                "drift_threshold", .number(0...100, default: 3),
                "Standard deviations above the lowest level that alarm."),
            ParameterDescription(
                "min_errors", .integer(0...1_000_000, default: 30),
                "Errors before the lowest level is taken; not used in compatibility modes."),
            DetectorCompatibility.parameter(.river, .moa),
        ], signals: [.error])

    private let warmStart: Double
    private let warning: Double
    private let drift: Double
    private let minErrors: Double
    private let mode: DetectorCompatibility
    /// Where tracking and alarms begin, in inputs.
    private let trackFrom: Double
    private let alarmFrom: Double
    private let cell = Cell(State())
    private var state: UnsafeMutablePointer<State> { cell.pointer }
    public var lastChange: DriftChange { state.pointee.change }

    private struct State {
        var seen = RunningRate()
        var lowest = (rate: 0.0, deviation: 0.0, sum: Double.infinity)
        /// Inputs and errors when the present warning began, or -1.
        var warned = (count: -1.0, errors: 0.0)
        var hasDrifted = false
        var change = DriftChange()
    }

    public init(parameters: ParameterValues, context: ComponentContext) {
        warmStart = Double(parameters.integer("warm_start"))
        warning = parameters.number("warning_threshold")
        drift = parameters.number("drift_threshold")
        mode = DetectorCompatibility(parameters)
        minErrors = mode == .none ? Double(parameters.integer("min_errors")) : 0
        // MOA counts the input before it looks, and asks once more for an alarm.
        trackFrom = mode == .moa ? warmStart - 1 : warmStart + 1
        alarmFrom = mode == .moa ? warmStart : warmStart + 1
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard input.number.isFinite else { return .none }
        let value = min(max(input.number, 0), 1)
        if state.pointee.hasDrifted { forget() }
        state.pointee.seen.add(value, like: mode)
        let (count, errors, rate) = (state.pointee.seen.count, state.pointee.seen.errors, state.pointee.seen.rate)
        guard count >= trackFrom, errors >= minErrors else { return .none }
        let deviation = (max(rate * (1 - rate), 0) / count).squareRoot()
        let sum = rate + deviation
        if sum <= state.pointee.lowest.sum { state.pointee.lowest = (rate, deviation, sum) }
        if count >= alarmFrom, sum > state.pointee.lowest.rate + drift * state.pointee.lowest.deviation {
            return alarm(sum, value)
        }
        guard sum > state.pointee.lowest.rate + warning * state.pointee.lowest.deviation else {
            state.pointee.warned.count = -1
            return .none
        }
        if state.pointee.warned.count < 0 { state.pointee.warned = (count - 1, errors - value) }
        describe(sum, state.pointee.lowest.rate + warning * state.pointee.lowest.deviation)
        return .warning
    }

    private func alarm(_ sum: Double, _ value: Double) -> DriftLevel {
        if state.pointee.warned.count < 0 {
            state.pointee.warned = (state.pointee.seen.count - 1, state.pointee.seen.errors - value)
        }
        describe(sum, state.pointee.lowest.rate + drift * state.pointee.lowest.deviation)
        state.pointee.hasDrifted = true
        return .drift
    }

    @inline(__always)
    private func describe(_ statistic: Double, _ threshold: Double) {
        state.pointee.change.direction = .up
        state.pointee.change.meanBefore = state.pointee.lowest.rate
        state.pointee.change.meanAfter =
            (state.pointee.seen.errors - state.pointee.warned.errors)
            / (state.pointee.seen.count - state.pointee.warned.count)
        state.pointee.change.statistic = statistic
        state.pointee.change.threshold = threshold
        state.pointee.change.age = Int(state.pointee.seen.count - state.pointee.warned.count) - 1
    }

    private func forget() {
        state.pointee.seen = RunningRate()
        state.pointee.lowest = (0, 0, .infinity)
        state.pointee.warned = (-1, 0)
        state.pointee.hasDrifted = false
    }

    public func reset() {
        forget()
        state.pointee.change = DriftChange()
    }

    public var memoryBytes: Int { 160 }

    public func write(to writer: inout SnapshotWriter) {
        state.pointee.seen.write(to: &writer)
        for value in [
            state.pointee.lowest.rate, state.pointee.lowest.deviation, state.pointee.lowest.sum,
            state.pointee.warned.count, state.pointee.warned.errors,
        ] {
            writer.write(value)
        }
        writer.write(state.pointee.hasDrifted)
        state.pointee.change.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try state.pointee.seen.read(from: &reader)
        state.pointee.lowest = (try reader.readDouble(), try reader.readDouble(), try reader.readDouble())
        state.pointee.warned = (try reader.readDouble(), try reader.readDouble())
        guard state.pointee.warned.count >= -1, state.pointee.warned.count < max(state.pointee.seen.count, 1) else {
            throw SnapshotError("the snapshot's warning began after its last input")
        }
        state.pointee.hasDrifted = try reader.readBool()
        try state.pointee.change.read(from: &reader)
    }
}
