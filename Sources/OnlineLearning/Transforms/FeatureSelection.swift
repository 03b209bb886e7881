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
