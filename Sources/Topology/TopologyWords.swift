/// What people call the things of a topology: for sentences, never for what is learned.
public struct TopologyWords: Sendable, Equatable {
    /// A feature as people call it.
    public struct Feature: Sendable, Equatable {
        /// The field's name.
        public var name: String
        /// What people call it; absent in the topology: the field's name.
        public var label: String
        /// Its unit, or empty.
        public var unit: String
        /// What a value above the usual means, such as `spends more than usual`, or empty.
        public var higherMeans: String

        /// A feature's words.
        public init(name: String, label: String, unit: String = "", higherMeans: String = "") {
            self.name = name
            self.label = label
            self.unit = unit
            self.higherMeans = higherMeans
        }
    }

    /// One event, such as `payment`.
    public var item = "event"
    /// One event of the positive class, such as `fraud`; empty: the class as it is spelled.
    public var positive = ""
    /// One event of the other class, such as `honest`; empty: the class as it is spelled.
    public var other = ""
    /// The unit of a number that is predicted, or empty.
    public var unit = ""
    /// The features in their order.
    public var features: [Feature] = []

    /// Words that say nothing of their own.
    public init() {}

    /// `payments` of `payment`, by the rules of most English nouns.
    public static func plural(_ word: String) -> String {
        let lower = word.lowercased()
        if ["s", "x", "z", "ch", "sh"].contains(where: lower.hasSuffix) { return word + "es" }
        if lower.hasSuffix("y"), let before = lower.dropLast().last, !"aeiou".contains(before) {
            return word.dropLast() + "ies"
        }
        return word + "s"
    }

    /// A feature's words by its field.
    public func feature(_ name: String) -> Feature {
        features.first { $0.name == name } ?? Feature(name: name, label: name)
    }
}
