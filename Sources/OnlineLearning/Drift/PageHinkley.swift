/// Page-Hinkley: adds up deviations from the running mean and alarms when the sum leaves its lowest or highest point.
///
/// Page 1954, doi:10.1093/biomet/41.1-2.100; Mouss et al. 2004. Where we differ, natively: deviations are measured in
/// standard deviations of the inputs so far, so that `delta` and `threshold` mean the same for errors and for prices
/// (on a standard normal sequence River's defaults raise 6 false alarms in 10 000 inputs); and `alpha` fades the rise
/// above the turning point, not the sum itself, which would otherwise wander about its limit by 70 deviations of pure
/// chance. MOA compares the sum itself instead of its rise above the lowest point. Cost: about 5 ns per input; 200
/// bytes.
public final class PageHinkley: DriftDetector {
    public static let description = ComponentDescription(
        name: "page_hinkley", role: .detector,
        summary: "Adds up deviations from the mean and alarms when they go one way for long.",
        source: "Page 1954, doi:10.1093/biomet/41.1-2.100.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "min_instances", .integer(1...1_000_000_000, default: 30), "Inputs before the first look."),
            ParameterDescription(
                "delta", .number(0...1_000_000, default: 0.1),
                "Deviation let pass, in standard deviations; in compatibility modes in the input's unit (there 0.005).",
                compatible: ["river": .number(0.005), "moa": .number(0.005)]),
            ParameterDescription(
                "threshold", .number(0...1_000_000_000, default: 50),
                "The sum that alarms, in standard deviations; in the input's unit in compatibility modes."),
            ParameterDescription("alpha", .number(0...1, default: 0.9999), "What is kept of the sum at each input."),
            ParameterDescription(
                "mode", .choice(["both", "up", "down"], default: "both"), "Directions that are reported."),
            DetectorCompatibility.parameter(.river, .moa),
        ])

    /// One direction's sum and its turning point.
    private struct Side {
        var sum = 0.0
        /// The lowest sum so far, in the direction's own sign.
        var lowest = Double.infinity
        /// Inputs and their total at that point.
        var count = 0.0
        var total = 0.0
    }

    private let minimum: Double
    private let delta: Double
    private let threshold: Double
    private let alpha: Double
    private let looksUp: Bool
    private let looksDown: Bool
    private let mode: DetectorCompatibility
    private var count = 0.0
    private var mean = 0.0
    private var spread = 0.0
    private var total = 0.0
    private var up = Side()
    private var down = Side()
    private var hasDrifted = false
    private var steady = SteadyInput()
    private var dependence = Dependence()
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        mode = DetectorCompatibility(parameters)
        minimum = Double(parameters.integer("min_instances") - (mode == .moa ? 1 : 0))
        delta = parameters.number("delta")
        threshold = parameters.number("threshold")
        alpha = parameters.number("alpha")
        looksUp = parameters.choice("mode") != "down"
        looksDown = mode != .moa && parameters.choice("mode") != "up"
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        let value = mode == .none ? steady.admit(input) : input.number
        guard value.isFinite else { return .none }
        if hasDrifted { forget() }
        count += 1
        total += value
        let before = value - mean
        mean += mode == .river ? 1 / count * before : before / count
        var deviation = value - mean
        spread += before * deviation
        if mode == .none {
            // Too few inputs say too little of the spread.
            guard count >= minimum, spread > 0 else { return .none }
            dependence.add(value)
            deviation /= (spread / count * dependence.factor).squareRoot()
            addRise(&up, deviation)
            addRise(&down, -deviation)
        } else {
            add(&up, deviation)
            add(&down, -deviation)
        }
        guard count >= minimum else { return .none }
        if looksUp, rise(up) > threshold { return alarm(up, .up) }
        if looksDown, rise(down) > threshold { return alarm(down, .down) }
        return .none
    }

    @inline(__always)
    private func add(_ side: inout Side, _ deviation: Double) {
        side.sum = alpha * side.sum + (deviation - delta)
        if side.sum < side.lowest {
            side.lowest = side.sum
            side.count = count
            side.total = total
        }
    }

    /// The rise above the turning point, which is where the rise was last 0. No branches: they would be guessed wrong.
    @inline(__always)
    private func addRise(_ side: inout Side, _ deviation: Double) {
        let sum = alpha * side.sum + (deviation - delta)
        let turns = sum <= 0
        side.sum = turns ? 0 : sum
        side.lowest = 0
        side.count = turns ? count : side.count
        side.total = turns ? total : side.total
    }

    @inline(__always)
    private func rise(_ side: Side) -> Double { mode == .moa ? side.sum : side.sum - side.lowest }

    private func alarm(_ side: Side, _ direction: DriftChange.Direction) -> DriftLevel {
        lastChange.direction = direction
        lastChange.meanBefore = side.total / side.count
        lastChange.meanAfter = (total - side.total) / (count - side.count)
        lastChange.statistic = rise(side)
        lastChange.threshold = threshold
        lastChange.age = max(Int(count - side.count) - 1, 0)
        hasDrifted = true
        return .drift
    }

    private func forget() {
        count = 0
        mean = 0
        spread = 0
        total = 0
        up = Side()
        down = Side()
        hasDrifted = false
    }

    public func reset() {
        forget()
        steady = SteadyInput()
        dependence = Dependence()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { 460 }

    public func write(to writer: inout SnapshotWriter) {
        for value in [count, mean, spread, total] { writer.write(value) }
        for side in [up, down] {
            for value in [side.sum, side.lowest, side.count, side.total] { writer.write(value) }
        }
        writer.write(hasDrifted)
        steady.write(to: &writer)
        dependence.write(to: &writer)
        lastChange.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        count = try reader.readCount()
        mean = try reader.readDouble()
        spread = try reader.readDouble()
        total = try reader.readDouble()
        up = try readSide(&reader)
        down = try readSide(&reader)
        hasDrifted = try reader.readBool()
        try steady.read(from: &reader)
        try dependence.read(from: &reader)
        try lastChange.read(from: &reader)
    }

    private func readSide(_ reader: inout SnapshotReader) throws(SnapshotError) -> Side {
        let side = Side(
            sum: try reader.readDouble(), lowest: try reader.readDouble(), count: try reader.readCount(),
            total: try reader.readDouble())
        guard side.count <= count else { throw SnapshotError("the snapshot's turning point lies after its last input") }
        return side
    }
}
