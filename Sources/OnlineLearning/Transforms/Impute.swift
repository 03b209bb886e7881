/// Fills missing values: numbers by their running mean, a constant or their most frequent value; booleans and
/// categories always by their most frequent value.
///
/// A mean takes a value further away than 400 mean deviations as that far, and none beyond ±1e100: one wild value moves
/// it little. Only values seen so far are used; where none has been seen the slot stays missing. The most frequent number
/// is found among 32 counters per feature (Space-Saving, Metwally, Agrawal & El Abbadi 2005,
/// doi:10.1007/978-3-540-30570-5_27): exact up to 32 distinct values, approximate beyond. Ties go to the smallest value.
/// Cost: one division per feature (mean), up to 32 comparisons (most frequent number); 24 bytes per mean, 512 per most
/// frequent number, 8 per category.
public final class Impute: Transformer {
    public static let description = ComponentDescription(
        name: "impute", role: .transformer,
        summary: "Fills missing values by the mean, a constant or the most frequent value seen so far.",
        source: "Space-Saving: Metwally et al. 2005, doi:10.1007/978-3-540-30570-5_27",
        cost: "a few operations per feature; 24 bytes per mean, 8 per category, 512 per most frequent number",
        parameters: [
            ParameterDescription(
                "strategy", .choice(["mean", "constant", "most_frequent"], default: "mean"),
                "How missing numbers are filled; booleans and categories get their most frequent value."),
            ParameterDescription("value", .number(-1e300...1e300, default: 0), "The number of `strategy: constant`."),
            ParameterDescription("features", .features, "Features to fill; empty: all."),
        ])

    private enum Rule: UInt8 { case mean, constant, frequentNumber, nominal }
    private struct Filling: BitwiseCopyable {
        var slot: Int32
        var rule: Rule
        /// Where the statistics begin in `statistics`, and for nominal features the number of values.
        var offset: Int32
        var values: Int32
    }
    private static let counters = 32

    public let outputFeatures: [Feature]
    private let fillings: FlatBuffer<Filling>
    private let statistics: FlatBuffer<Double>
    private let constant: Double

    public init(parameters: ParameterValues, context: ComponentContext) {
        outputFeatures = context.features
        constant = parameters.number("value")
        let numberRule: Rule =
            switch parameters.choice("strategy") {
            case "constant": .constant
            case "most_frequent": .frequentNumber
            default: .mean
            }
        let every = Set(FeatureKind.allCases)
        let selected = parameters.selection(of: context.features, kinds: every, allowed: every)
        var size = 0
        var list: [Filling] = []
        for (slot, feature) in context.features.enumerated() where selected[slot] {
            let rule = feature.kind == .numeric ? numberRule : .nominal
            list.append(
                Filling(slot: Int32(slot), rule: rule, offset: Int32(size), values: Int32(feature.nominalCount)))
            switch rule {
            case .mean: size += 3
            case .constant: break
            case .frequentNumber: size += Self.counters * 2
            case .nominal: size += feature.nominalCount
            }
        }
        fillings = FlatBuffer(list)
        statistics = FlatBuffer(size, repeating: 0)
    }

    public func learn(_ example: Example) {
        for index in 0..<fillings.count {
            let filling = fillings[index]
            let value = example.slots[Int(filling.slot)]
            guard value == value else { continue }
            let state = statistics.base + Int(filling.offset)
            switch filling.rule {
            case .mean:
                var difference = value - state[1]
                let reach = 400 * state[2]
                // A single wild value must not move the mean for long.
                if abs(difference) > reach {
                    guard abs(value) <= 1e100 else { continue }
                    if state[0] >= 5, reach > 0 { difference = Numerics.clip(difference, reach) }
                }
                state[0] += 1
                state[1] += difference / state[0]
                state[2] += (abs(difference) - state[2]) / 64
            case .constant: break
            case .frequentNumber: Self.count(value, state)
            case .nominal:
                let category = Numerics.category(value, Int(filling.values))
                if category >= 0 { state[category] += 1 }
            }
        }
    }

    public func transform(_ example: Example, into output: UnsafeMutablePointer<Double>) {
        output.update(from: example.slots, count: outputFeatures.count)
        for index in 0..<fillings.count {
            let filling = fillings[index]
            guard example.slots[Int(filling.slot)].isNaN else { continue }
            output[Int(filling.slot)] = substitute(filling)
        }
    }

    private func substitute(_ filling: Filling) -> Double {
        let state = statistics.base + Int(filling.offset)
        switch filling.rule {
        case .constant: return constant
        case .mean: return state[0] > 0 ? state[1] : .nan
        case .frequentNumber:
            var best = -1
            for slot in 0..<Self.counters where state[slot * 2 + 1] > 0 {
                if best < 0 || state[slot * 2 + 1] > state[best * 2 + 1]
                    || (state[slot * 2 + 1] == state[best * 2 + 1] && state[slot * 2] < state[best * 2])
                {
                    best = slot
                }
            }
            return best < 0 ? .nan : state[best * 2]
        case .nominal:
            var best = 0
            for category in 1..<Int(filling.values) where state[category] > state[best] { best = category }
            return state[best] > 0 ? Double(best) : .nan
        }
    }

    /// Space-Saving: a known value counts up; a new one takes a free counter, or the smallest one with its count.
    private static func count(_ value: Double, _ state: UnsafeMutablePointer<Double>) {
        var smallest = 0
        for slot in 0..<counters {
            if state[slot * 2 + 1] > 0, state[slot * 2] == value {
                state[slot * 2 + 1] += 1
                return
            }
            if state[slot * 2 + 1] < state[smallest * 2 + 1] { smallest = slot }
        }
        state[smallest * 2] = value
        state[smallest * 2 + 1] += 1
    }

    public var memoryBytes: Int { fillings.bytes + statistics.bytes }

    public func write(to writer: inout SnapshotWriter) { statistics.write(to: &writer) }
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) { try statistics.read(from: &reader) }
}
