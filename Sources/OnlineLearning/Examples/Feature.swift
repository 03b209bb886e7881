/// What a feature's slot holds.
public enum FeatureKind: String, Sendable, CaseIterable {
    /// A finite number, in the feature's own unit.
    case numeric
    /// 0 or 1.
    case boolean
    /// An index into the feature's `CategoryTable`, as a `Double`.
    case categorical
}

/// One named input of a model.
public struct Feature: Sendable, Equatable {
    /// The name in the topology and in explanations. Unique in a schema.
    public var name: String
    /// What the slot holds.
    public var kind: FeatureKind
    /// Categories kept apart before the rest is called "other"; only for `.categorical`. Range 1...65535.
    public var maxCategories: Int
    /// The order of ties and of random draws: a hash of the name, so that the order of features decides nothing.
    public let nameHash: UInt64

    /// A feature of that name and kind.
    public init(_ name: String, _ kind: FeatureKind, maxCategories: Int = 64) {
        self.name = name
        self.kind = kind
        self.maxCategories = maxCategories
        self.nameHash = StableHash.of(name)
    }

    /// Slot values a category can have: the kept ones and, last, "other".
    public var categoryCount: Int { maxCategories + 1 }
}

/// The ordered features of a stream, fixed when a topology starts.
public struct Schema: Sendable, Equatable {
    /// The features by slot.
    public let features: [Feature]

    /// A schema of these features.
    public init(_ features: [Feature]) { self.features = features }

    /// Slots in an example.
    public var width: Int { features.count }

    /// The slot of a feature, or nil where there is none of that name.
    public func slot(of name: String) -> Int? { features.firstIndex { $0.name == name } }
}
