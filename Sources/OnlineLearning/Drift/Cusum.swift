/// CUSUM: adds up deviations from the running mean beyond a slack, never below zero, and alarms when the sum is high.
///
/// Page 1954, doi:10.1093/biomet/41.1-2.100. Where we differ, natively: deviations are in standard deviations of the
/// inputs so far, widened where neighbours depend on each other (see `Dependence`), and a fall is reported as well as a
/// rise. It is `page_hinkley` without fading. MOA's sums are in the input's own unit and watch rises only. Cost: 15 ns per input; 450 bytes.
public final class Cusum: DriftDetector {
    public static let description = ComponentDescription(
        name: "cusum", role: .detector,
        summary: "Adds up deviations beyond a slack and alarms when the sum is high.",
        source: "Page 1954, doi:10.1093/biomet/41.1-2.100.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "min_instances", .integer(1...1_000_000_000, default: 30), "Inputs before the first look."),
            ParameterDescription(
                "delta", .number(0...1_000_000, default: 0.15),
                "Slack, in standard deviations; with MOA in the input's unit (there 0.005).",
                compatible: ["moa": .number(0.005)]),
            ParameterDescription(
                "lambda", .number(0...1_000_000_000, default: 35),
                "The sum that alarms, in standard deviations; with MOA in the input's unit (there 50).",
                compatible: ["moa": .number(50)]),
            DetectorCompatibility.parameter(.moa),
        ])

    /// One direction's sum, and inputs and their total when it last was zero.
    private struct Side {
        var sum = 0.0
        var count = 0.0
        var total = 0.0
    }

    private let minimum: Double
    private let delta: Double
    private let limit: Double
    private let mode: DetectorCompatibility
    private var count = 0.0
    private var mean = 0.0
    private var spread = 0.0
    private var total = 0.0
    private var up = Side()
    private var down = Side()
    private var steady = SteadyInput()
    private var dependence = Dependence()
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        mode = DetectorCompatibility(parameters)
        minimum = Double(parameters.integer("min_instances") - (mode == .moa ? 1 : 0))
        delta = parameters.number("delta")
        limit = parameters.number("lambda")
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        let value = mode == .none ? steady.admit(input) : input.number
        guard value.isFinite else { return .none }
        if hasDrifted { forget() }
        count += 1
        total += value
        let before = value - mean
        mean += before / count
        var deviation = value - mean
        if mode == .moa {
            add(&up, deviation)
            return count >= minimum && up.sum > limit ? alarm(up, .up) : .none
        }
        spread += before * deviation
        dependence.add(value)
        guard count >= minimum, spread > 0 else { return .none }
        deviation /= (spread / count * dependence.factor).squareRoot()
        add(&up, deviation)
        add(&down, -deviation)
        if up.sum > limit { return alarm(up, .up) }
        if down.sum > limit { return alarm(down, .down) }
        return .none
    }

    @inline(__always)
    private func add(_ side: inout Side, _ deviation: Double) {
        let sum = side.sum + deviation - delta
        let isZero = sum <= 0
        side.sum = isZero ? 0 : sum
        side.count = isZero ? count : side.count
        side.total = isZero ? total : side.total
    }

    private func alarm(_ side: Side, _ direction: DriftChange.Direction) -> DriftLevel {
        lastChange.direction = direction
        lastChange.meanBefore = side.count > 0 ? side.total / side.count : mean
        lastChange.meanAfter = (total - side.total) / (count - side.count)
        lastChange.statistic = side.sum
        lastChange.threshold = limit
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

    public var memoryBytes: Int { 450 }

    public func write(to writer: inout SnapshotWriter) {
        for value in [count, mean, spread, total] { writer.write(value) }
        for side in [up, down] {
            for value in [side.sum, side.count, side.total] { writer.write(value) }
        }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
        steady.write(to: &writer)
        dependence.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        count = try reader.readCount()
        mean = try reader.readDouble()
        spread = try reader.readDouble()
        total = try reader.readDouble()
        up = Side(sum: try reader.readDouble(), count: try reader.readCount(), total: try reader.readDouble())
        down = Side(sum: try reader.readDouble(), count: try reader.readCount(), total: try reader.readDouble())
        guard up.count <= count, down.count <= count else {
            throw SnapshotError("the snapshot's turning point lies after its last input")
        }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
        try steady.read(from: &reader)
        try dependence.read(from: &reader)
    }
}
