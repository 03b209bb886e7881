#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What features were like over the last 25 to 50 events and over the thousand before, so that a drift can say which of
/// them moved with it.
///
/// Sums per block of 25 events: the one that is being filled, the one before it, and older ones, each of which counts 2.5 %
/// less than the next. Cost: two additions and a product per number and event; 100 bytes per number, 24 per word.
final class FeatureMoves: Snapshottable {
    private static let block = 25.0
    /// An older block's weight against the next one's.
    private static let kept = 0.975
    /// Features with more words are left out: their shares are too small to tell.
    private static let mostWords = 256
    /// A medium effect, in Cohen's words.
    private static let least = 0.5
    /// And what chance does not bring about in so few events: standard errors.
    private static let sure = 3.5
    private static let most = 3

    /// Of one slot in one span of events.
    private struct Sums: BitwiseCopyable {
        var events = 0.0
        var present = 0.0
        var sum = 0.0
        var squares = 0.0

        static func + (a: Sums, b: Sums) -> Sums {
            Sums(
                events: a.events + b.events, present: a.present + b.present, sum: a.sum + b.sum,
                squares: a.squares + b.squares)
        }

        static func * (a: Sums, weight: Double) -> Sums {
            Sums(
                events: a.events * weight, present: a.present * weight, sum: a.sum * weight,
                squares: a.squares * weight)
        }

        var mean: Double { sum / present }
        var variance: Double { max(squares / present - mean * mean, 0) }
        var missing: Double { 1 - present / events }
    }

    private let features: [Feature]
    /// Spans: now, the block before, older.
    private let sums: FlatBuffer<Sums>
    private let words: FlatBuffer<Double>
    /// Where a slot's words begin, or -1.
    private let firstWord: FlatBuffer<Int32>
    /// How many there are.
    private let ownWords: FlatBuffer<Double>
    /// The first value of each slot: what is summed is the difference to it, so that large numbers keep their digits.
    private let origin: FlatBuffer<Double>

    private var width: Int { features.count }
    private var wordCount: Int { words.count / 3 }

    init(_ schema: Schema) {
        features = schema.features
        sums = FlatBuffer(3 * schema.width, repeating: Sums())
        origin = FlatBuffer(schema.width, repeating: .nan)
        firstWord = FlatBuffer(schema.width, repeating: -1)
        ownWords = FlatBuffer(schema.width, repeating: 0)
        var count = 0
        for (slot, feature) in schema.features.enumerated() {
            guard feature.kind == .categorical, feature.categoryCount <= Self.mostWords else { continue }
            firstWord[slot] = Int32(count)
            ownWords[slot] = Double(feature.categoryCount)
            count += feature.categoryCount
        }
        words = FlatBuffer(3 * count, repeating: 0)
    }

    @inline(__always)
    func see(_ row: UnsafePointer<Double>) {
        guard width > 0 else { return }
        for slot in 0..<width {
            sums.base[slot].events += 1
            let value = row[slot]
            guard !value.isNaN else { continue }
            sums.base[slot].present += 1
            let first = firstWord[slot]
            if first >= 0 {
                if value >= 0, value < ownWords[slot] { words.base[Int(first) + Int(value)] += 1 }
            } else {
                if origin[slot].isNaN { origin[slot] = value }
                let difference = Numerics.clip(value - origin[slot], 1e100)
                sums.base[slot].sum += difference
                sums.base[slot].squares += difference * difference
            }
        }
        if sums[0].events >= Self.block { turn() }
    }

    private func turn() {
        let (middle, old) = (width, 2 * width)
        for slot in 0..<width {
            sums[old + slot] = sums[old + slot] * Self.kept + sums[middle + slot]
            sums[middle + slot] = sums[slot]
            sums[slot] = Sums()
        }
        for word in 0..<wordCount {
            words[2 * wordCount + word] = words[2 * wordCount + word] * Self.kept + words[wordCount + word]
            words[wordCount + word] = words[word]
            words[word] = 0
        }
    }

    /// What moved most, at most three; empty where too little was seen.
    func found(_ vocabulary: Vocabulary) -> [FeatureMove] {
        var moves: [FeatureMove] = []
        for slot in 0..<width {
            let before = sums[2 * width + slot]
            let after = sums[width + slot] + sums[slot]
            guard before.events >= 8 * Self.block, after.events > 0 else { continue }
            let feature = features[slot]
            var best = FeatureMove(
                feature: feature.name, what: "missing", before: before.missing, after: after.missing,
                effect: Self.effect(before.missing, after.missing))
            if let other = moved(slot, before, after, vocabulary), other.effect > best.effect { best = other }
            if best.effect >= max(Self.least, Self.sure / after.events.squareRoot()) { moves.append(best) }
        }
        moves.sort { ($1.effect, $0.feature) < ($0.effect, $1.feature) }
        return Array(moves.prefix(Self.most))
    }

    private func moved(_ slot: Int, _ before: Sums, _ after: Sums, _ vocabulary: Vocabulary) -> FeatureMove? {
        guard before.present > 0, after.present > 0 else { return nil }
        let feature = features[slot]
        guard feature.kind == .categorical else {
            let deviation = ((before.variance + after.variance) / 2).squareRoot()
            let difference = after.mean - before.mean
            guard difference != 0, difference.isFinite, deviation.isFinite else { return nil }
            return FeatureMove(
                feature: feature.name, what: "mean", before: before.mean + origin[slot],
                after: after.mean + origin[slot], effect: min(abs(difference) / deviation, 1000))
        }
        guard firstWord[slot] >= 0 else { return nil }
        var best: FeatureMove?
        for index in 0..<feature.categoryCount {
            let word = Int(firstWord[slot]) + index
            let old = words[2 * wordCount + word] / before.present
            let new = (words[word] + words[wordCount + word]) / after.present
            let effect = Self.effect(old, new)
            guard effect > best?.effect ?? 0 else { continue }
            let text = vocabulary.categories[slot]?.word(index).map { "'\($0)'" } ?? "other words"
            best = FeatureMove(feature: feature.name, what: text, before: old, after: new, effect: effect)
        }
        return best
    }

    /// Cohen's h of two shares.
    private static func effect(_ a: Double, _ b: Double) -> Double {
        func angle(_ share: Double) -> Double { 2 * asin(min(max(share, 0), 1).squareRoot()) }
        return abs(angle(a) - angle(b))
    }

    var memoryBytes: Int { sums.bytes + words.bytes + origin.bytes + firstWord.bytes + ownWords.bytes }

    func write(to writer: inout SnapshotWriter) {
        for index in sums.indices {
            let part = sums[index]
            for value in [part.events, part.present, part.sum, part.squares] { writer.write(value) }
        }
        for index in words.indices { writer.write(words[index]) }
        for slot in 0..<width { writer.write(origin[slot]) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for index in sums.indices {
            let part = Sums(
                events: try reader.readDouble(), present: try reader.readDouble(), sum: try reader.readDouble(),
                squares: try reader.readDouble())
            guard part.present >= 0, part.present <= part.events, part.sum.isFinite, part.squares >= 0 else {
                throw SnapshotError("the snapshot's block of features is out of range")
            }
            sums[index] = part
        }
        for index in words.indices {
            words[index] = try reader.readDouble()
            guard words[index] >= 0 else { throw SnapshotError("the snapshot's words of features are out of range") }
        }
        for slot in 0..<width { origin[slot] = try reader.readDouble() }
        guard (0..<width).allSatisfy({ sums[$0].events < Self.block }) else {
            throw SnapshotError("the snapshot's block of features is too long")
        }
    }
}
