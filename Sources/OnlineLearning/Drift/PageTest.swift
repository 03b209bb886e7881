/// Page's test (1954, doi:10.1093/biomet/41.1-2.100) in both directions: adds up deviations from the running mean beyond
/// a slack, and alarms when the sum is high. `Cusum` and `PageHinkley` are it.
///
/// Natively deviations are in standard deviations of the inputs so far, widened where neighbours depend on each other
/// (see `Dependence`). Cost: 15 ns per input; 460 bytes. Not thread-safe: one task owns it.
public class PageTest {
    /// What is added up.
    enum Sum {
        /// The rise above the turning point, which is where the rise was last 0.
        case rise
        /// Everything; its lowest point so far is the turning point.
        case all
    }

    /// What one test is asked for.
    struct Settings {
        /// Inputs before the first look.
        var minimum: Double
        /// Deviation let pass.
        var delta: Double
        /// The sum that alarms.
        var limit: Double
        /// What is kept of the sum at each input.
        var alpha = 1.0
        var looksUp = true
        var looksDown = true
        var sum = Sum.rise
        /// MOA's Page-Hinkley compares the sum itself instead of its rise above the lowest point.
        var comparesSum = false
        var mode: DetectorCompatibility
    }

    /// One direction's sum and its turning point.
    private struct Side {
        var sum = 0.0
        /// The lowest sum so far, in the direction's own sign.
        var lowest = Double.infinity
        /// Inputs and their total at that point.
        var count = 0.0
        var total = 0.0
    }

    private struct State {
        var input = RunningInput()
        var total = 0.0
        var up = Side()
        var down = Side()
        var hasDrifted = false
        var change = DriftChange()

        mutating func forget() {
            input.forget()
            total = 0
            up = Side()
            down = Side()
            hasDrifted = false
        }
    }

    private let settings: Settings
    private let cell = Cell(State())
    private var state: UnsafeMutablePointer<State> { cell.pointer }

    init(_ settings: Settings) { self.settings = settings }

    /// The change that the last `.drift` reported.
    public final var lastChange: DriftChange { state.pointee.change }

    /// Values that are not finite are passed over.
    public final func update(_ input: DetectorInput) -> DriftLevel {
        let isNative = settings.mode == .none
        let value = isNative ? state.pointee.input.admit(input) : input.number
        guard value.isFinite else { return .none }
        if state.pointee.hasDrifted { state.pointee.forget() }
        state.pointee.total += value
        var deviation = state.pointee.input.add(value, likeRiver: settings.mode == .river)
        let count = state.pointee.input.count
        if isNative {
            // Too few inputs say too little of the spread.
            guard count >= settings.minimum, state.pointee.input.spread > 0 else { return .none }
            state.pointee.input.follow(value)
            deviation /= state.pointee.input.deviation
        }
        if settings.sum == .rise {
            addRise(&state.pointee.up, deviation)
            addRise(&state.pointee.down, -deviation)
        } else {
            addAll(&state.pointee.up, deviation)
            addAll(&state.pointee.down, -deviation)
        }
        guard count >= settings.minimum else { return .none }
        if settings.looksUp, height(state.pointee.up) > settings.limit { return alarm(state.pointee.up, .up) }
        if settings.looksDown, height(state.pointee.down) > settings.limit { return alarm(state.pointee.down, .down) }
        return .none
    }

    @inline(__always)
    private func addAll(_ side: inout Side, _ deviation: Double) {
        side.sum = settings.alpha * side.sum + (deviation - settings.delta)
        if side.sum < side.lowest {
            side.lowest = side.sum
            side.count = state.pointee.input.count
            side.total = state.pointee.total
        }
    }

    /// No branches: they would be guessed wrong.
    @inline(__always)
    private func addRise(_ side: inout Side, _ deviation: Double) {
        let sum = settings.alpha * side.sum + (deviation - settings.delta)
        let turns = sum <= 0
        side.sum = turns ? 0 : sum
        side.lowest = 0
        side.count = turns ? state.pointee.input.count : side.count
        side.total = turns ? state.pointee.total : side.total
    }

    @inline(__always)
    private func height(_ side: Side) -> Double { settings.comparesSum ? side.sum : side.sum - side.lowest }

    private func alarm(_ side: Side, _ direction: DriftChange.Direction) -> DriftLevel {
        let (input, total) = (state.pointee.input, state.pointee.total)
        state.pointee.change = DriftChange(
            direction: direction, meanBefore: side.count > 0 ? side.total / side.count : input.mean,
            meanAfter: (total - side.total) / (input.count - side.count), statistic: height(side),
            threshold: settings.limit, age: max(Int(input.count - side.count) - 1, 0))
        state.pointee.hasDrifted = true
        return .drift
    }

    /// Forgets everything.
    public final func reset() { state.pointee = State() }

    /// Bytes of state.
    public final var memoryBytes: Int { MemoryLayout<State>.size + MemoryLayout<Settings>.size }

    /// Appends the state.
    public final func write(to writer: inout SnapshotWriter) {
        state.pointee.input.write(to: &writer)
        writer.write(state.pointee.total)
        for side in [state.pointee.up, state.pointee.down] {
            for value in [side.sum, side.lowest, side.count, side.total] { writer.write(value) }
        }
        writer.write(state.pointee.hasDrifted)
        state.pointee.change.write(to: &writer)
    }

    /// Reads what `write` wrote, or refuses.
    public final func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try state.pointee.input.read(from: &reader)
        state.pointee.total = try reader.readDouble()
        state.pointee.up = try readSide(&reader)
        state.pointee.down = try readSide(&reader)
        state.pointee.hasDrifted = try reader.readBool()
        try state.pointee.change.read(from: &reader)
    }

    private func readSide(_ reader: inout SnapshotReader) throws(SnapshotError) -> Side {
        let side = Side(
            sum: try reader.readDouble(), lowest: try reader.readDouble(), count: try reader.readCount(),
            total: try reader.readDouble())
        guard side.count <= state.pointee.input.count else {
            throw SnapshotError("the snapshot's turning point lies after its last input")
        }
        return side
    }
}
