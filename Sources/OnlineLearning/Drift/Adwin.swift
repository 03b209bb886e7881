/// ADWIN: cuts its window where the two sides' means differ by more than chance allows.
///
/// Bifet & Gavaldà 2007, doi:10.1137/1.9781611972771.42, in its variance-aware form. Where we differ, natively: the
/// window is cut at the clearest place at once (MOA and River drop one bucket and look again), the newer side is kept
/// (River throws the whole window away), and one change is reported once: not again until a full clock has passed
/// without a cut (MOA repeats itself 3.9 times per change). It warns where a cut would be made at `warning_delta`. Both directions are reported (MOA: up only).
/// `compatibility` reproduces either. Defaults: on the sequences of our tests 0.06 false alarms in 10 000 inputs and a
/// mean delay of 88 for a step from 0.2 to 0.4; River's (delta 0.002, clock 32) have none and 134. Cost: about 35 ns
/// per input, 25 with clock 32; memory: O(max_buckets log width), 4 KiB by default.
public final class Adwin: DriftDetector {
    public static let description = ComponentDescription(
        name: "adwin", role: .detector,
        summary:
            "Keeps a window as long as its mean does not change, and reports a change of the mean in either direction.",
        source: "Bifet & Gavaldà 2007, doi:10.1137/1.9781611972771.42.",
        cost: "Amortised constant time; memory grows with the logarithm of the window.",
        parameters: [
            ParameterDescription(
                "delta", .number(1e-12...0.999, default: 0.025),
                "Confidence: the lower, the fewer false alarms; in compatibility modes 0.002.",
                compatible: ["river": .number(0.002), "moa": .number(0.002)], isHot: true),
            ParameterDescription(
                "warning_delta", .number(1e-12...0.999, default: 0.1),
                "The same for warnings; none where it is not above `delta`, and none in compatibility modes.",
                isHot: true),
            ParameterDescription(
                "clock", .integer(1...1_000_000, default: 16),
                "Inputs between two looks for a change; in compatibility modes 32.",
                compatible: ["river": .integer(32), "moa": .integer(32)]),
            ParameterDescription("max_buckets", .integer(2...1000, default: 5), "Buckets of each size that are kept."),
            ParameterDescription(
                "min_window_length", .integer(1...1_000_000, default: 5), "Inputs that each side of a cut has at least."
            ),
            ParameterDescription(
                "grace_period", .integer(0...1_000_000_000, default: 10), "Inputs before the first look."),
            DetectorCompatibility.parameter(.river, .moa),
        ])

    private let delta: Double
    private let warningDelta: Double
    private let warns: Bool
    private let clock: Int
    private let grace: Double
    private let least: Double
    private let offset: Double
    private let mode: DetectorCompatibility
    private let window: BucketWindow
    private var steady = SteadyInput()
    private var dependence = Dependence()
    private var tick = 0
    /// A change has been reported and cuts may still follow from it.
    private var isOpen = false
    private var hasDrifted = false
    /// The last look found a change that is not sure yet.
    private var isWarned = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        delta = parameters.number("delta")
        warningDelta = parameters.number("warning_delta")
        clock = parameters.integer("clock")
        grace = Double(parameters.integer("grace_period"))
        mode = DetectorCompatibility(parameters)
        warns = mode == .none && warningDelta > delta
        let length = Double(parameters.integer("min_window_length"))
        // MOA asks for more than one input above the length it names.
        least = mode == .moa ? length + 2 : length
        offset = length - 1
        window = BucketWindow(perRow: parameters.integer("max_buckets"))
    }

    /// The mean of the window, or NaN, and its length.
    public var estimate: Double { window.mean }
    /// Inputs in the window now.
    public var width: Int { Int(window.width) }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        let value = mode == .none ? steady.admit(input) : input.number
        guard value.isFinite else { return .none }
        if hasDrifted { forgetDrift() }
        if mode == .none { dependence.add(value) }
        let before = mode == .moa ? window.mean : 0
        window.insert(value)
        tick += 1
        guard tick == clock else { return isWarned ? .warning : .none }
        tick = 0
        isWarned = false
        guard window.width > grace else { return .none }
        // What is sure enough for an alarm is so for a warning: most looks end here.
        let doubt = warns ? findCut(warningDelta) : nil
        if doubt != nil || !warns, let cut = findCut(delta) { return drop(cut, before) }
        isOpen = false
        guard let doubt else { return .none }
        describe(doubt)
        isWarned = true
        return .warning
    }

    private func findCut(_ delta: Double) -> BucketWindow.Cut? {
        window.findCut(
            delta: delta, least: least, offset: offset, inflation: dependence.factor, clearest: mode == .none)
    }

    private func describe(_ cut: BucketWindow.Cut) {
        lastChange.direction = cut.meanNewer > cut.meanOlder ? .up : .down
        lastChange.meanBefore = cut.meanOlder
        lastChange.meanAfter = cut.meanNewer
        lastChange.statistic = cut.distance
        lastChange.threshold = cut.bound
        lastChange.age = Int(cut.newer) - 1
    }

    /// Drops what is older than the change, and what is still different after that.
    private func drop(_ cut: BucketWindow.Cut, _ before: Double) -> DriftLevel {
        let isNative = mode == .none
        var next: BucketWindow.Cut? = cut
        var rest = cut.newer
        while let found = next {
            rest = found.newer
            repeat { window.dropOldest() } while isNative && window.width > rest
            if isNative { window.addUp() }
            guard window.width > 0 else { break }
            next = findCut(delta)
        }
        if isNative {
            defer { isOpen = true }
            if isOpen { return .none }
            // The step itself looks like dependence, and would hide what of the old level is still in the window.
            dependence = Dependence()
        }
        // MOA compares the window's mean after the cut with the mean before this input.
        if mode == .moa, !(window.mean > before) { return .none }
        describe(cut)
        hasDrifted = mode == .river
        return .drift
    }

    /// River starts anew with the first input after a drift.
    private func forgetDrift() {
        hasDrifted = false
        window.clear()
        tick = 0
    }

    public func reset() {
        forgetDrift()
        isOpen = false
        isWarned = false
        steady = SteadyInput()
        dependence = Dependence()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { window.memoryBytes + 320 }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(tick))
        writer.write(isOpen)
        writer.write(hasDrifted)
        writer.write(isWarned)
        lastChange.write(to: &writer)
        steady.write(to: &writer)
        dependence.write(to: &writer)
        window.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        tick = Int(try reader.read(UInt32.self))
        guard tick < clock else { throw SnapshotError("the snapshot's clock stands at \(tick) of \(clock)") }
        isOpen = try reader.readBool()
        hasDrifted = try reader.readBool()
        isWarned = try reader.readBool()
        try lastChange.read(from: &reader)
        try steady.read(from: &reader)
        try dependence.read(from: &reader)
        try window.read(from: &reader)
    }
}
