extension ParameterValues {
    /// Which of `features` the list parameter `features` selects: the named ones, or those of `kinds` where it is
    /// empty.
    ///
    /// A named feature whose kind is not in `allowed` is left out.
    func selection(of features: [Feature], kinds: Set<FeatureKind>, allowed: Set<FeatureKind>) -> [Bool] {
        let names = Set(self.features())
        return features.map { feature in
            names.isEmpty
                ? kinds.contains(feature.kind) : names.contains(feature.name) && allowed.contains(feature.kind)
        }
    }
}

/// The slots that a scaler rewrites: the selected numeric and boolean ones, which are numbers from there on.
struct ScaledSlots: ~Copyable {
    let slots: FlatBuffer<Int32>
    /// Where they lie side by side, the first.
    let first: Int?
    let inputCount: Int
    let outputFeatures: [Feature]

    init(_ parameters: ParameterValues, _ features: [Feature]) {
        let selected = parameters.selection(of: features, kinds: [.numeric], allowed: [.numeric, .boolean])
        let list = selected.indices.filter { selected[$0] }.map(Int32.init)
        slots = FlatBuffer(list)
        first = list.contiguousStart
        inputCount = features.count
        outputFeatures = zip(features, selected).map { $1 ? Feature($0.name, .numeric) : $0 }
    }

    var count: Int { slots.count }
    var bytes: Int { slots.bytes }

    @inline(__always)
    subscript(_ index: Int) -> Int { Int(slots[index]) }
}

extension Feature {
    /// Values a nominal slot can have: 2 for a boolean; 0 for a numeric feature.
    var nominalCount: Int {
        switch kind {
        case .numeric: 0
        case .boolean: 2
        case .categorical: categoryCount
        }
    }
}
