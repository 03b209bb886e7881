/// A Shewhart chart: the mean of each group of inputs against limits around the mean of all groups before it.
///
/// Shewhart 1931, "Economic Control of Quality of Manufactured Product"; the rule of `run` groups on one side is Western
/// Electric's (1956). The variance of a group's mean is taken from the groups themselves, so that inputs that depend on
/// their neighbours widen the limits. Groups outside the limits do not join the baseline. Neither River nor MOA has it.
/// Cost: 4 ns per input; 300 bytes.
public final class Shewhart: DriftDetector {
    public static let description = ComponentDescription(
        name: "shewhart", role: .detector,
        summary: "Holds the mean of each group of inputs against limits around the mean so far.",
        source: "Shewhart 1931, Economic Control of Quality of Manufactured Product.",
        cost: "Constant time and memory.",
        parameters: [
            ParameterDescription("group_size", .integer(1...1_000_000, default: 50), "Inputs in a group."),
            ParameterDescription(
                "min_groups", .integer(2...1_000_000, default: 20), "Groups that make the first baseline."),
            ParameterDescription(
                "limit", .number(0.1...100, default: 4), "Standard deviations of a group's mean that alarm."),
            ParameterDescription(
                "run", .integer(0...1_000_000, default: 16),
                "Groups in a row on one side of the mean that alarm; 0: this rule is off."),
        ])

    private let groupSize: Double
    private let minimum: Double
    private let limit: Double
    private let run: Double
    private var inGroup = 0.0
    private var sum = 0.0
    private var groups = 0.0
    private var mean = 0.0
    private var spread = 0.0
    /// Groups in a row above (positive) or below the mean, and the total of their means.
    private var side = 0.0
    private var sideTotal = 0.0
    private var steady = SteadyInput()
    private var hasDrifted = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        groupSize = Double(parameters.integer("group_size"))
        minimum = Double(parameters.integer("min_groups"))
        limit = parameters.number("limit")
        run = Double(parameters.integer("run"))
    }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        let value = steady.admit(input)
        guard value.isFinite else { return .none }
        if hasDrifted { forget() }
        sum += value
        inGroup += 1
        guard inGroup == groupSize else { return .none }
        let group = sum / groupSize
        sum = 0
        inGroup = 0
        return close(group)
    }

    private func close(_ group: Double) -> DriftLevel {
        let distance = group - mean
        let deviation = groups > 1 ? (spread / (groups - 1)).squareRoot() : 0
        if groups >= minimum, deviation > 0 {
            let isHigh = distance > 0
            let goesOn = side != 0 && (side > 0) == isHigh
            sideTotal = goesOn ? sideTotal + group : group
            side = isHigh ? max(side, 0) + 1 : min(side, 0) - 1
            let level = judge(abs(distance) / deviation, isHigh)
            if level != .none { return level }
        }
        groups += 1
        mean += distance / groups
        spread += distance * (group - mean)
        return .none
    }

    /// `z` is the group's distance from the mean in standard deviations.
    private func judge(_ z: Double, _ isHigh: Bool) -> DriftLevel {
        let length = abs(side)
        let isRun = run > 0 && length >= run
        guard isRun || z > limit * 2 / 3 else { return .none }
        let isDrift = isRun || z > limit
        lastChange.direction = isHigh ? .up : .down
        lastChange.meanBefore = mean
        lastChange.meanAfter = sideTotal / length
        lastChange.statistic = isRun ? length : z
        lastChange.threshold = isRun ? run - 1 : isDrift ? limit : limit * 2 / 3
        lastChange.age = Int(length * groupSize) - 1
        hasDrifted = isDrift
        return isDrift ? .drift : .warning
    }

    private func forget() {
        inGroup = 0
        sum = 0
        groups = 0
        mean = 0
        spread = 0
        side = 0
        sideTotal = 0
        hasDrifted = false
    }

    public func reset() {
        forget()
        steady = SteadyInput()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { 320 }

    public func write(to writer: inout SnapshotWriter) {
        for value in [inGroup, sum, groups, mean, spread, side, sideTotal] { writer.write(value) }
        writer.write(hasDrifted)
        lastChange.write(to: &writer)
        steady.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        inGroup = try reader.readCount()
        sum = try reader.readDouble()
        groups = try reader.readCount()
        mean = try reader.readDouble()
        spread = try reader.readDouble()
        side = try reader.readDouble()
        sideTotal = try reader.readDouble()
        guard inGroup < groupSize, abs(side) < 0x1p53 / groupSize else {
            throw SnapshotError("the snapshot's group is larger than a group")
        }
        hasDrifted = try reader.readBool()
        try lastChange.read(from: &reader)
        try steady.read(from: &reader)
    }
}
