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

    /// Both directions' sums, rise and fall, and their turning points.
    private struct Sides {
        var sum = SIMD2<Double>(repeating: 0)
        /// The lowest sum so far, in the direction's own sign.
        var lowest = SIMD2<Double>(repeating: .infinity)
        /// Inputs and their total at that point.
        var count = SIMD2<Double>(repeating: 0)
        var total = SIMD2<Double>(repeating: 0)
    }

    private struct State {
        var input = RunningInput()
        var total = 0.0
        var sides = Sides()
        var hasDrifted = false
        var change = DriftChange()

        mutating func forget() {
            input.forget()
            total = 0
            sides = Sides()
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
        add(SIMD2(deviation, -deviation))
        guard count >= settings.minimum else { return .none }
        let heights = heights
        if settings.looksUp, heights[0] > settings.limit { return alarm(0, .up) }
        if settings.looksDown, heights[1] > settings.limit { return alarm(1, .down) }
        return .none
    }

    /// No branches: they would be guessed wrong.
    @inline(__always)
    private func add(_ deviations: SIMD2<Double>) {
        var sides = state.pointee.sides
        let sum = settings.alpha * sides.sum + (deviations - settings.delta)
        let turns: Turns
        if settings.sum == .rise {
            turns = Turns(sum .<= 0)
            sides.sum = turns.choose(SIMD2(repeating: 0), sum)
            sides.lowest = SIMD2(repeating: 0)
        } else {
            turns = Turns(sum .< sides.lowest)
            sides.sum = sum
            sides.lowest = turns.choose(sum, sides.lowest)
        }
        sides.count = turns.choose(SIMD2(repeating: state.pointee.input.count), sides.count)
        sides.total = turns.choose(SIMD2(repeating: state.pointee.total), sides.total)
        state.pointee.sides = sides
    }

    /// Which sides are at their turning point, as bits: `replacing(with:where:)` becomes branches without AVX.
    private struct Turns {
        private let bits: SIMD2<UInt64>

        @inline(__always)
        init(_ mask: SIMDMask<SIMD2<Int64>>) { bits = unsafeBitCast(mask, to: SIMD2<UInt64>.self) }

        @inline(__always)
        func choose(_ yes: SIMD2<Double>, _ no: SIMD2<Double>) -> SIMD2<Double> {
            let (yes, no) = (unsafeBitCast(yes, to: SIMD2<UInt64>.self), unsafeBitCast(no, to: SIMD2<UInt64>.self))
            return unsafeBitCast(yes & bits | no & ~bits, to: SIMD2<Double>.self)
        }
    }

    @inline(__always)
    private var heights: SIMD2<Double> {
        settings.comparesSum ? state.pointee.sides.sum : state.pointee.sides.sum - state.pointee.sides.lowest
    }

    private func alarm(_ side: Int, _ direction: DriftChange.Direction) -> DriftLevel {
        let (input, total, sides) = (state.pointee.input, state.pointee.total, state.pointee.sides)
        state.pointee.change = DriftChange(
            direction: direction, meanBefore: sides.total[side] / sides.count[side],
            meanAfter: (total - sides.total[side]) / (input.count - sides.count[side]), statistic: heights[side],
            threshold: settings.limit, age: max(Int(input.count - sides.count[side]) - 1, 0))
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
        let sides = state.pointee.sides
        for side in 0..<2 {
            for values in [sides.sum, sides.lowest, sides.count, sides.total] { writer.write(values[side]) }
        }
        writer.write(state.pointee.hasDrifted)
        state.pointee.change.write(to: &writer)
    }

    /// Reads what `write` wrote, or refuses.
    public final func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try state.pointee.input.read(from: &reader)
        state.pointee.total = try reader.readDouble()
        for side in 0..<2 { try readSide(side, &reader) }
        state.pointee.hasDrifted = try reader.readBool()
        try state.pointee.change.read(from: &reader)
    }

    private func readSide(_ side: Int, _ reader: inout SnapshotReader) throws(SnapshotError) {
        state.pointee.sides.sum[side] = try reader.readDouble()
        state.pointee.sides.lowest[side] = try reader.readDouble()
        state.pointee.sides.count[side] = try reader.readCount()
        state.pointee.sides.total[side] = try reader.readDouble()
        guard state.pointee.sides.count[side] <= state.pointee.input.count else {
            throw SnapshotError("the snapshot's turning point lies after its last input")
        }
    }
}
