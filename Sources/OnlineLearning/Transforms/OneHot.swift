/// Turns each categorical feature into one 0/1 column per category, "other" included; the source column is dropped.
///
/// The columns of `city` are `city=0`, `city=1`, …, by category index, and stand where `city` stood. A missing category
/// gives zeros only. Cost: one write per column; no state.
public final class OneHot: Transformer {
    public static let description = ComponentDescription(
        name: "one_hot", role: .transformer,
        summary: "Turns each categorical feature into one 0/1 column per category.",
        source: "River's OneHotEncoder (Montiel et al. 2021, arXiv:2012.04740)",
        cost: "one write per column; no state",
        parameters: [ParameterDescription("features", .features, "Features to encode; empty: all categorical ones.")],
        features: [.categorical])

    public let outputFeatures: [Feature]
    /// Columns of each input slot; 0: copied.
    private let widths: FlatBuffer<Int32>

    public init(parameters: ParameterValues, context: ComponentContext) {
        let selected = parameters.selection(of: context.features, kinds: [.categorical], allowed: [.categorical])
        widths = FlatBuffer(zip(context.features, selected).map { $1 ? Int32($0.categoryCount) : 0 })
        outputFeatures = zip(context.features, selected).flatMap { feature, chosen -> [Feature] in
            chosen ? (0..<feature.categoryCount).map { Feature("\(feature.name)=\($0)", .numeric) } : [feature]
        }
    }

    public var changesNothing: Bool { widths.indices.allSatisfy { widths[$0] == 0 } }

    public func learn(_ example: Example) {}

    public func transform(_ example: Example, into output: UnsafeMutablePointer<Double>) {
        var position = 0
        for slot in 0..<widths.count {
            let value = example.slots[slot]
            let width = Int(widths[slot])
            if width == 0 {
                output[position] = value
                position += 1
            } else {
                (output + position).update(repeating: 0, count: width)
                let category = Numerics.category(value, width)
                if category >= 0 { output[position + category] = 1 }
                position += width
            }
        }
    }

    public var memoryBytes: Int { widths.bytes }

    public func write(to writer: inout SnapshotWriter) {}
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {}
}
