/// ECDD: a moving average of the errors against control limits for a chosen mean time between false alarms.
///
/// Ross et al. 2012, doi:10.1016/j.patrec.2011.08.019. For errors; a number above one half counts as one. Where we
/// differ, natively: `arl` goes to 100 000 inputs, by a table that solves the chart's Markov chain (the paper's
/// longest, 1000, is 10 false alarms in 10 000 by design), 30 errors are awaited, and a lone error never alarms (at
/// 0.1 % errors MOA's alarms on every one). Cost: 8 ns per input; 150 bytes.
public final class Ecdd: DriftDetector {
    public static let description = ComponentDescription(
        name: "ecdd", role: .detector,
        summary: "Holds a moving average of the errors against control limits.",
        source: "Ross et al. 2012, doi:10.1016/j.patrec.2011.08.019.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "min_instances", .integer(1...1_000_000_000, default: 30), "Inputs before the first look."),
            ParameterDescription("lambda", .number(0.001...1, default: 0.2), "Weight of an input in the average."),
            ParameterDescription(
                "arl", .choice(["100", "400", "1000", "100000"], default: "100000"),
                "Inputs between two false alarms, for a lambda of 0.2; in compatibility modes 400.",
                compatible: ["moa": .choice("400")]),
            DetectorCompatibility.parameter(.moa),
        ], signals: [.error])

    private static let minErrors = 30.0
    /// Error rates, and the width of the limits for 100 000 inputs there, by the chart's Markov chain of 1500 states.
    private static let rates = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]
    private static let widths = [11.374, 9.812, 7.372, 5.915, 5.195, 4.691, 4.299, 3.966, 3.392, 2.89]

    private let minimum: Double
    private let lambda: Double
    private let length: Int
    private let mode: DetectorCompatibility
    private var seen = RunningRate()
    private var average = 0.0
    /// (1 − lambda)^(2 count).
    private var fade = 1.0
    /// Inputs since the average last lay below the rate.
    private var above = 0.0
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        mode = DetectorCompatibility(parameters)
        minimum = Double(parameters.integer("min_instances") - (mode == .moa ? 1 : 0))
        lambda = parameters.number("lambda")
        length = Int(parameters.choice("arl")) ?? 400
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        guard let wrong = input.isError else { return .none }
        if hasDrifted { forget() }
        let value = wrong ? 1.0 : 0
        seen.add(value, like: mode)
        let rate = seen.rate
        average += lambda * (value - average)
        fade *= (1 - lambda) * (1 - lambda)
        above = average > rate ? above + 1 : 0
        guard seen.count >= minimum, average > rate, mode == .moa || seen.errors >= Self.minErrors else { return .none }
        let deviation = (rate * (1 - rate) * lambda / (2 - lambda) * (1 - fade)).squareRoot()
        let width = width() * deviation
        let isAlone = mode == .none && average <= lambda + rate * (1 - lambda)
        guard average > rate + width / 2, !isAlone else { return .none }
        let isDrift = average > rate + width
        lastChange.direction = .up
        lastChange.meanBefore = rate
        lastChange.meanAfter = average
        lastChange.statistic = average
        lastChange.threshold = rate + (isDrift ? width : width / 2)
        lastChange.age = Int(above) - 1
        if isDrift { hasDrifted = true }
        return isDrift ? .drift : .warning
    }

    /// The limits' width in standard deviations at the present rate.
    @inline(__always)
    private func width() -> Double {
        let (p, p3) = (seen.rate, seen.rate * seen.rate * seen.rate)
        let p5 = p3 * p * p
        let p7 = p5 * p * p
        return switch length {
        case 100: 2.76 - 6.23 * p + 18.12 * p3 - 312.45 * p5 + 1002.18 * p7
        case 400: 3.97 - 6.56 * p + 48.73 * p3 - 330.13 * p5 + 848.18 * p7
        case 1000: 1.17 + 7.56 * p - 21.24 * p3 + 112.12 * p5 - 987.23 * p7
        default: tabulated()
        }
    }

    private func tabulated() -> Double {
        let rate = seen.rate
        guard rate > Self.rates[0] else { return Self.widths[0] }
        var index = 1
        while index < Self.rates.count - 1, rate > Self.rates[index] { index += 1 }
        let share = min((rate - Self.rates[index - 1]) / (Self.rates[index] - Self.rates[index - 1]), 1)
        return Self.widths[index - 1] + share * (Self.widths[index] - Self.widths[index - 1])
    }

    private func forget() {
        seen = RunningRate()
        average = 0
        fade = 1
        above = 0
        hasDrifted = false
    }

    public func reset() {
        forget()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { 160 }

    public func write(to writer: inout SnapshotWriter) {
        seen.write(to: &writer)
        for value in [average, fade, above] { writer.write(value) }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try seen.read(from: &reader)
        average = try reader.readDouble()
        fade = try reader.readDouble()
        above = try reader.readCount()
        guard above <= seen.count else { throw SnapshotError("the snapshot's average was high before its first input") }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
    }
}
