/// RDDM: DDM that forgets: it rebuilds its statistics from stored answers when a concept or a warning lasts too long.
///
/// Barros et al. 2017, doi:10.1016/j.eswa.2017.08.023. For errors; a number above one half counts as one. Where we
/// differ, natively: rebuilding because a concept is long also forgets the lowest level (MOA keeps it, and with it
/// raises false alarms at exactly that length), and the lowest level is only taken once 30 errors were seen, as in
/// `ddm`. An alarm keeps the answers since the warning, a forced one too. Cost: 6 ns per input, a rebuild 10 µs; `max_size` bytes.
public final class Rddm: DriftDetector {
    public static let description = ComponentDescription(
        name: "rddm", role: .detector,
        summary: "DDM that rebuilds its statistics when a concept or a warning lasts too long.",
        source: "Barros et al. 2017, doi:10.1016/j.eswa.2017.08.023.",
        cost: "Constant time; a byte per stored answer.",
        parameters: [
            ParameterDescription(
                "warm_start", .integer(1...1_000_000_000, default: 129), "Inputs before the first look."),
            ParameterDescription(
                "warning_threshold", .number(0...100, default: 1.773),
                "Standard deviations above the lowest level that warn."),
            ParameterDescription(
                "drift_threshold", .number(0...100, default: 2.8),
                "Standard deviations above the lowest level that alarm; in compatibility modes 2.258.",
                compatible: ["moa": .number(2.258)]),
            ParameterDescription(
                "max_concept_size", .integer(1...1_000_000_000, default: 40_000),
                "Inputs of one concept after which only the stored ones count."),
            ParameterDescription("max_size", .integer(2...1_000_000, default: 7000), "Answers that are stored."),
            ParameterDescription(
                "warning_limit", .integer(1...1_000_000_000, default: 1400), "Inputs of a warning that force an alarm."),
            DetectorCompatibility.parameter(.moa),
        ], signals: [.error])

    private static let minErrors = 30.0
    private let warmStart: Double
    private let warning: Double
    private let drift: Double
    private let longest: Double
    private let warningLimit: Int
    private let mode: DetectorCompatibility
    private let stored: ErrorRing
    private var count = 0.0
    private var errors = 0.0
    private var rate = 0.0
    private var lowest = (rate: 0.0, deviation: 0.0, sum: Double.infinity)
    /// Inputs of the present warning, this one included; 0: none.
    private var warned = 0
    /// The next input begins with statistics rebuilt from what is stored.
    private var rebuilds = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        warmStart = Double(parameters.integer("warm_start"))
        warning = parameters.number("warning_threshold")
        drift = parameters.number("drift_threshold")
        longest = Double(parameters.integer("max_concept_size"))
        warningLimit = parameters.integer("warning_limit")
        mode = DetectorCompatibility(parameters)
        stored = ErrorRing(capacity: parameters.integer("max_size"))
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard let wrong = input.isError else { return .none }
        if rebuilds { rebuild() }
        stored.push(wrong)
        count += 1
        errors += wrong ? 1 : 0
        rate = errors / count
        guard count >= warmStart else { return .none }
        let deviation = (rate * (1 - rate) / count).squareRoot()
        let sum = rate + deviation
        if sum < lowest.sum, mode == .moa || errors >= Self.minErrors { lowest = (rate, deviation, sum) }
        guard lowest.sum < .infinity else { return .none }
        if sum > lowest.rate + drift * lowest.deviation { return alarm(sum, drift, keeping: warned + 1) }
        guard sum > lowest.rate + warning * lowest.deviation else {
            warned = 0
            if count >= longest { forgetPast() }
            return .none
        }
        warned += 1
        // MOA throws the long warning away.
        if warned > warningLimit { return alarm(sum, warning, keeping: mode == .moa ? 1 : warned) }
        describe(sum, warning)
        return .warning
    }

    private func alarm(_ sum: Double, _ deviations: Double, keeping length: Int) -> DriftLevel {
        describe(sum, deviations)
        stored.keepLast(length)
        lowest.sum = .infinity
        warned = 0
        rebuilds = true
        return .drift
    }

    /// The concept is long: only what is stored counts.
    private func forgetPast() {
        if mode == .none { lowest.sum = .infinity }
        rebuilds = true
    }

    private func rebuild() {
        count = 0
        errors = 0
        for age in (0..<stored.count).reversed() {
            count += 1
            errors += Double(stored[age: age])
            rate = errors / count
            guard mode == .moa ? count > warmStart : count >= warmStart && errors >= Self.minErrors else { continue }
            let deviation = (rate * (1 - rate) / count).squareRoot()
            if rate + deviation < lowest.sum { lowest = (rate, deviation, rate + deviation) }
        }
        rebuilds = false
    }

    private func describe(_ sum: Double, _ deviations: Double) {
        let length = min(max(warned, 1), stored.count)
        lastChange.direction = .up
        lastChange.meanBefore = lowest.rate
        var later = 0
        for age in 0..<min(length, 30) { later += stored[age: age] }
        lastChange.meanAfter = max(Double(later) / Double(min(length, 30)), rate)
        lastChange.statistic = sum
        lastChange.threshold = lowest.rate + deviations * lowest.deviation
        lastChange.age = length - 1
    }

    public func reset() {
        stored.clear()
        count = 0
        errors = 0
        rate = 0
        lowest = (0, 0, .infinity)
        warned = 0
        rebuilds = false
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { stored.capacity + 200 }

    public func write(to writer: inout SnapshotWriter) {
        stored.write(to: &writer)
        for value in [count, errors, rate, lowest.rate, lowest.deviation, lowest.sum] { writer.write(value) }
        writer.write(Int64(warned))
        writer.write(rebuilds)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try stored.read(from: &reader)
        count = try reader.readCount()
        errors = try reader.readCount()
        rate = try reader.readDouble()
        lowest = (try reader.readDouble(), try reader.readDouble(), try reader.readDouble())
        warned = Int(try reader.read(Int64.self))
        guard errors <= count, warned >= 0, warned <= warningLimit else {
            throw SnapshotError("the snapshot's warning is longer than it may be")
        }
        rebuilds = try reader.readBool()
        try lastChange.read(from: &reader)
    }
}
