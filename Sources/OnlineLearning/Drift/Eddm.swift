/// EDDM: alarms when the distances between errors shrink below the longest they have been.
///
/// Baena-García et al. 2006, "Early Drift Detection Method" (no DOI). For errors; a number above one half counts as
/// one. Where we differ, natively: the longest distances are taken only once `min_errors` errors were seen (River and
/// MOA take them after 30 inputs, of which few are errors), and a warning ends with its alarm (in River 43 % of alarms
/// still warn). It sees slow changes early and pays for it with false alarms: prefer `adwin` where those cost. Cost:
/// 5 ns per input; 200 bytes.
public final class Eddm: DriftDetector {
    public static let description = ComponentDescription(
        name: "eddm", role: .detector,
        summary: "Warns and alarms when errors follow one another more closely than they did.",
        source: "Baena-García et al. 2006, Early Drift Detection Method.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "warm_start", .integer(1...1_000_000_000, default: 30), "Errors before the first look."),
            ParameterDescription(
                "alpha", .number(0...1, default: 0.95), "Share of the longest distance below which it warns."),
            ParameterDescription(
                "beta", .number(0...1, default: 0.9), "Share of the longest distance below which it alarms."),
            DetectorCompatibility.parameter(.river, .moa),
        ], signals: [.error])

    private let warmStart: Double
    private let alpha: Double
    private let beta: Double
    private let mode: DetectorCompatibility
    private var count = 0.0
    private var errors = 0.0
    /// Mean distance and sum of squared deviations from it.
    private var mean = 0.0
    private var spread = 0.0
    private var lastError = 0.0
    private var longest = -1.0
    /// The mean distance where `longest` was reached.
    private var longestMean = 0.0
    /// Inputs and errors when the present warning began, or -1.
    private var warned = (count: -1.0, errors: 0.0)
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        warmStart = Double(parameters.integer("warm_start"))
        alpha = parameters.number("alpha")
        beta = parameters.number("beta")
        mode = DetectorCompatibility(parameters)
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        let value = input.number
        guard value.isFinite else { return .none }
        if hasDrifted { forget() }
        count += 1
        guard value > 0.5 else { return warned.count >= 0 && mode != .moa ? .warning : .none }
        errors += 1
        let distance = count - lastError
        lastError = count
        let before = distance - mean
        mean += before / errors
        spread += before * (distance - mean)
        return look()
    }

    private func look() -> DriftLevel {
        let isReady =
            switch mode {
            case .none: errors >= warmStart
            case .river: count > warmStart
            case .moa: count >= warmStart
            }
        guard isReady else { return .none }
        let variance = mode == .moa ? spread / errors : errors > 1 ? spread / (errors - 1) : 0
        let reach = mean + 2 * variance.squareRoot()
        if reach > longest {
            longest = reach
            longestMean = mean
            if mode != .river { warned.count = -1 }
            return warned.count >= 0 ? .warning : .none
        }
        guard errors > warmStart else { return .none }
        let level = reach / longest
        if level < beta {
            describe(level, beta)
            hasDrifted = true
            return .drift
        }
        guard level < alpha else {
            warned.count = -1
            return .none
        }
        if warned.count < 0 { warned = (count - 1, errors - 1) }
        describe(level, alpha)
        return .warning
    }

    /// The statistic is what is lost of the longest distance, so that it rises above its bound.
    private func describe(_ level: Double, _ bound: Double) {
        let start = warned.count >= 0 ? warned : (count: count - 1, errors: errors - 1)
        lastChange.direction = .up
        lastChange.meanBefore = 1 / longestMean
        lastChange.meanAfter = (errors - start.errors) / (count - start.count)
        lastChange.statistic = 1 - level
        lastChange.threshold = 1 - bound
        lastChange.age = Int(count - start.count) - 1
    }

    private func forget() {
        count = 0
        errors = 0
        mean = 0
        spread = 0
        lastError = 0
        longest = -1
        longestMean = 0
        warned = (-1, 0)
        hasDrifted = false
    }

    public func reset() {
        forget()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { 200 }

    public func write(to writer: inout SnapshotWriter) {
        for value in [count, errors, mean, spread, lastError, longest, longestMean, warned.count, warned.errors] {
            writer.write(value)
        }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        count = try reader.readCount()
        errors = try reader.readCount()
        mean = try reader.readDouble()
        spread = try reader.readDouble()
        lastError = try reader.readCount()
        longest = try reader.readDouble()
        longestMean = try reader.readDouble()
        warned = (try reader.readDouble(), try reader.readDouble())
        guard errors <= count, lastError <= count, warned.count >= -1, warned.count < max(count, 1) else {
            throw SnapshotError("the snapshot's errors lie after its last input")
        }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
    }
}
