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
        /// Where the statistics begin in a snapshot, how many they are, and where they are in `statistics`.
        var place: Int32
        var count: Int32
        var offset: Int32
    }
    private static let counters = 32

    public let outputFeatures: [Feature]
    /// Those that are filled with their mean, and all others.
    private let means: RunningMeans
    private let meanFillings: FlatBuffer<Filling>
    private let fillings: FlatBuffer<Filling>
    private let statistics: FlatBuffer<Double>
    private let storedCount: Int
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
        var stored = 0, size = 0
        var meanList: [Filling] = [], list: [Filling] = []
        for (slot, feature) in context.features.enumerated() where selected[slot] {
            let rule = feature.kind == .numeric ? numberRule : .nominal
            let count =
                switch rule {
                case .mean: 3
                case .constant: 0
                case .frequentNumber: Self.counters * 2
                case .nominal: feature.nominalCount
                }
            let filling = Filling(
                slot: Int32(slot), rule: rule, place: Int32(stored), count: Int32(count), offset: Int32(size))
            stored += count
            if rule == .mean {
                meanList.append(filling)
            } else {
                list.append(filling)
                size += count
            }
        }
        means = RunningMeans(slots: meanList.map(\.slot))
        meanFillings = FlatBuffer(meanList)
        fillings = FlatBuffer(list)
        statistics = FlatBuffer(size, repeating: 0)
        storedCount = stored
    }

    public func learn(_ example: Example) {
        means.learn(example.slots)
        for index in 0..<fillings.count {
            let filling = fillings[index]
            let value = example.slots[Int(filling.slot)]
            guard value == value else { continue }
            let state = statistics.base + Int(filling.offset)
            switch filling.rule {
            case .mean, .constant: break
            case .frequentNumber: Self.count(value, state)
            case .nominal:
                let category = Numerics.category(value, Int(filling.count))
                if category >= 0 { state[category] += 1 }
            }
        }
    }

    public func transform(_ example: Example, into output: UnsafeMutablePointer<Double>) {
        let (values, count) = (example.slots, outputFeatures.count)
        output.update(from: values, count: count)
        // Mostly nothing is missing.
        var missing = 0
        for slot in 0..<count { missing |= values[slot] == values[slot] ? 0 : 1 }
        guard missing != 0 else { return }
        for index in 0..<meanFillings.count where output[Int(meanFillings[index].slot)].isNaN {
            output[Int(meanFillings[index].slot)] = means.mean(index)
        }
        for index in 0..<fillings.count where output[Int(fillings[index].slot)].isNaN {
            output[Int(fillings[index].slot)] = substitute(fillings[index])
        }
    }

    private func substitute(_ filling: Filling) -> Double {
        let state = statistics.base + Int(filling.offset)
        switch filling.rule {
        case .constant: return constant
        case .mean: return .nan
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
            for category in 1..<Int(filling.count) where state[category] > state[best] { best = category }
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

    public var memoryBytes: Int { means.bytes + meanFillings.bytes + fillings.bytes + statistics.bytes }

    /// In the order of the features, whatever fills them.
    public func write(to writer: inout SnapshotWriter) {
        let stored = FlatBuffer<Double>(storedCount, repeating: 0)
        for index in meanFillings.indices { means.copy(index, to: stored.base + Int(meanFillings[index].place)) }
        for filling in fillings.indices.map({ fillings[$0] }) {
            (stored.base + Int(filling.place)).update(
                from: statistics.base + Int(filling.offset), count: Int(filling.count))
        }
        stored.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let stored = FlatBuffer<Double>(storedCount, repeating: 0)
        try stored.read(from: &reader)
        for index in meanFillings.indices { means.take(index, from: stored.base + Int(meanFillings[index].place)) }
        for filling in fillings.indices.map({ fillings[$0] }) {
            (statistics.base + Int(filling.offset)).update(
                from: stored.base + Int(filling.place), count: Int(filling.count))
        }
    }
}
