public import OnlineLearning
import Text

/// Writes why an answer is what it is, as members of its record.
///
/// `,"explanation":[{"feature":…,"value":…,"usual":…,"contribution":…},…],"base":…`: names as the topology has them, values as the
/// source has them, null where there is none. The contributions, those that are not shown included, and `base` add up to the
/// second of two classes' probability, of more classes to the predicted one's, or to the number.
///
/// Cost: about 200 ns a reason, and an allocation for a word. Not thread-safe.
public final class ReasonWriter {
    private let vocabulary: Vocabulary
    private let isBoolean: [Bool]
    /// `{"feature":"…","value":` of each slot.
    private let heads: [ByteArena]

    /// Nil where no reasons are wanted.
    public init?(_ schema: Schema, _ vocabulary: Vocabulary, most: Int) {
        guard most > 0 else { return nil }
        self.vocabulary = vocabulary
        isBoolean = schema.features.map { $0.kind == .boolean }
        heads = schema.features.map { feature in
            let arena = ByteArena(capacity: 64)
            arena.append("{\"feature\":")
            arena.append(quoted: feature.name)
            arena.append(",\"value\":")
            return arena
        }
    }

    func write(_ prediction: Prediction, into arena: ByteArena) {
        arena.append(",\"explanation\":[")
        for (index, reason) in prediction.reasons.enumerated() {
            if index > 0 { arena.append(0x2c) }
            arena.append(heads[reason.feature].bytes)
            write(reason.value, reason.feature, into: arena)
            arena.append(",\"usual\":")
            write(reason.usual, reason.feature, into: arena)
            arena.append(",\"contribution\":")
            arena.append(number: reason.contribution)
            arena.append(0x7d)
        }
        arena.append("],\"base\":")
        arena.append(number: prediction.base)
    }

    private func write(_ value: Double, _ slot: Int, into arena: ByteArena) {
        guard value.isFinite else { return arena.append("null") }
        if isBoolean[slot] { return arena.append(text: value == 0 ? "false" : "true") }
        guard let table = vocabulary.categories[slot] else { return arena.append(number: value) }
        guard let word = Int(exactly: value).flatMap(table.word) else { return arena.append("null") }
        arena.append(quoted: word)
    }
}
