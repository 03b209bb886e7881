import Text

/// How good what was published was for parts of the events: those with one word of a feature, or with numbers within a
/// quarter of its usual range; those without a value are a part of their own.
///
/// A feature's numbers are cut at the quartiles of its first 200 values. Of its words at most 32 are told apart: a further one
/// takes the place of the rarest, whose rank it inherits and whose errors are forgotten (space-saving; Metwally et al. 2005,
/// doi:10.1007/978-3-540-30570-5_27). Parts of fewer than 100 labelled events are not told.
/// Cost: 10 ns per feature and labelled event, more with many words; 56 bytes per part.
final class Slices: Snapshottable {
    /// Words of a feature that are told apart.
    static let most = 32
    /// Labelled events of which a part must have been seen to be told.
    static let least: UInt64 = 100
    /// Parts that are told: of more, the largest.
    private static let told = 100
    private static let sample = 200
    /// Labelled events of a part that its error of late, and before that, remembers.
    private static let lateMemory = 100.0
    private static let longMemory = 2000.0

    /// One part of one feature's events.
    private struct Part: BitwiseCopyable {
        /// A word's number, or the part's place; -1: none yet.
        var key: Int32 = -1
        /// What decides which word is forgotten: events with it, and those of the words whose place it took.
        var rank: UInt64 = 0
        var count: UInt64 = 0
        /// Sums of errors and of their squares.
        var loss = 0.0
        var squares = 0.0
        /// Faded means: of late, and of long.
        var late = 0.0
        var long = 0.0

        mutating func add(_ error: Double) {
            // So that squares stay finite.
            let error = error < 1e140 ? error : 1e140
            count &+= 1
            rank &+= 1
            loss += error
            squares += error * error
            late += (error - late) / min(Double(count), Slices.lateMemory)
            long += (error - long) / min(Double(count), Slices.longMemory)
        }

        var mean: Double { loss / Double(count) }
        var variance: Double { max(squares / Double(count) - mean * mean, 0) }
    }

    private final class Watched {
        let feature: Feature
        let slot: Int
        let parts: FlatBuffer<Part>
        /// Where numbers are cut, once known; before, the values that decide it.
        let cuts = FlatBuffer<Double>(3, repeating: .nan)
        let first = FlatBuffer<Double>(Slices.sample, repeating: 0)
        var seen = 0

        init(_ feature: Feature, _ slot: Int) {
            self.feature = feature
            self.slot = slot
            let count =
                switch feature.kind {
                case .numeric: 5
                case .boolean: 3
                case .categorical: min(feature.categoryCount, Slices.most) + 1
                }
            parts = FlatBuffer(count, repeating: Part())
        }

        /// The place of an event's part, or -1: it cannot be told yet. The last place is of those without a value.
        @inline(__always)
        func place(_ value: Double) -> Int {
            guard value == value else { return parts.count - 1 }
            switch feature.kind {
            case .boolean: return value == 0 ? 0 : 1
            case .numeric:
                if seen < Slices.sample { return watch(value) }
                return value <= cuts[1] ? (value <= cuts[0] ? 0 : 1) : value <= cuts[2] ? 2 : 3
            case .categorical:
                let word = Numerics.category(value, feature.categoryCount)
                return word < 0 ? -1 : place(ofWord: Int32(word))
            }
        }

        private func watch(_ value: Double) -> Int {
            first[seen] = value
            seen += 1
            guard seen == Slices.sample else { return -1 }
            let sorted = first.indices.map { first[$0] }.sorted()
            let exact = (1...3).map { sorted[Slices.sample * $0 / 4 - 1] }
            // Round numbers read better, where they still tell the parts apart.
            let round = exact.map(Self.threeDigits)
            let isSame = zip(exact, exact.dropFirst()).map(<) == zip(round, round.dropFirst()).map(<)
            for cut in 0..<3 { cuts[cut] = isSame ? round[cut] : exact[cut] }
            return -1
        }

        private static func threeDigits(_ value: Double) -> Double {
            guard value != 0, abs(value) >= 1e-12, abs(value) < 1e15 else { return value }
            var scale = 1.0
            while abs(value) * scale < 100 { scale *= 10 }
            while abs(value) * scale >= 1000 { scale /= 10 }
            return (value * scale).rounded() / scale
        }

        private func place(ofWord word: Int32) -> Int {
            var rarest = 0
            for place in 0..<parts.count - 1 {
                if parts[place].key == word { return place }
                if parts[place].rank < parts[rarest].rank { rarest = place }
            }
            parts[rarest] = Part(key: word, rank: parts[rarest].rank)
            return rarest
        }

        func name(_ place: Int, _ vocabulary: Vocabulary) -> String {
            if place == parts.count - 1 { return "missing" }
            func number(_ cut: Int) -> String { NumberText.shortest(cuts[cut]) }
            switch feature.kind {
            case .boolean: return place == 0 ? "false" : "true"
            case .categorical:
                return vocabulary.categories[slot]?.word(Int(parts[place].key)) ?? "other"
            case .numeric:
                switch place {
                case 0: return "at most \(number(0))"
                case 3: return "above \(number(2))"
                default: return "\(number(place - 1)) to \(number(place))"
                }
            }
        }
    }

    private let watched: [Watched]
    /// Errors are wrong answers, and not numbers.
    private let isShare: Bool

    init(_ names: [String], _ schema: Schema, isShare: Bool) {
        watched = names.compactMap { name in schema.slot(of: name).map { Watched(schema.features[$0], $0) } }
        self.isShare = isShare
    }

    /// Takes the error of what was published for one event.
    @inline(__always)
    func record(_ row: UnsafePointer<Double>, _ error: Double) {
        for each in watched {
            let place = each.place(row[each.slot])
            if place >= 0 { each.parts.base[place].add(error) }
        }
    }

    /// The parts that are told, the worst first.
    func report(_ vocabulary: Vocabulary) -> [SliceReport] {
        var all: [SliceReport] = []
        for each in watched {
            for place in each.parts.indices where each.parts[place].count >= Self.least {
                let part = each.parts[place]
                all.append(
                    SliceReport(
                        feature: each.feature.name, slice: each.name(place, vocabulary), labelled: part.count,
                        error: part.mean, interval: interval(part), late: part.late))
            }
        }
        // The names decide between equals: the order of features does not.
        func named(_ a: SliceReport, _ b: SliceReport) -> Bool { (a.feature, a.slice) < (b.feature, b.slice) }
        all.sort { $0.labelled != $1.labelled ? $0.labelled > $1.labelled : named($0, $1) }
        return all.prefix(Self.told).sorted { $0.error != $1.error ? $0.error > $1.error : named($0, $1) }
    }

    /// The parts whose error of late is farthest above the one before, in standard errors, at least three; three at most.
    func suffering(_ vocabulary: Vocabulary) -> [SliceChange] {
        var found: [(effect: Double, change: SliceChange)] = []
        for each in watched {
            for place in each.parts.indices where each.parts[place].count >= Self.least {
                let part = each.parts[place]
                let error = (part.variance / Self.lateMemory).squareRoot()
                guard part.late - part.long > 3 * error, part.late > part.long else { continue }
                let change = SliceChange(
                    feature: each.feature.name, slice: each.name(place, vocabulary), before: part.long, after: part.late
                )
                found.append((error > 0 ? (part.late - part.long) / error : .infinity, change))
            }
        }
        return found.sorted {
            $0.effect != $1.effect
                ? $0.effect > $1.effect : ($0.change.feature, $0.change.slice) < ($1.change.feature, $1.change.slice)
        }.prefix(3).map(\.change)
    }

    /// 95 %: Wilson's for shares of wrong answers, the normal one for errors that are numbers.
    private func interval(_ part: Part) -> ClosedRange<Double> {
        let (count, mean, z) = (Double(part.count), part.mean, 1.96)
        guard isShare else {
            let half = z * (part.variance / count).squareRoot()
            return max(mean - half, 0)...mean + half
        }
        let middle = (mean + z * z / (2 * count)) / (1 + z * z / count)
        let half = z * (mean * (1 - mean) / count + z * z / (4 * count * count)).squareRoot() / (1 + z * z / count)
        return max(middle - half, 0)...min(middle + half, 1)
    }

    var memoryBytes: Int { watched.reduce(0) { $0 + $1.parts.bytes + $1.first.bytes + 128 } }

    func write(to writer: inout SnapshotWriter) {
        for each in watched {
            writer.write(UInt32(each.seen))
            for index in 0..<each.seen where each.seen < Self.sample { writer.write(each.first[index]) }
            each.cuts.write(to: &writer)
            for place in each.parts.indices {
                let part = each.parts[place]
                writer.write(part.key)
                writer.write(part.rank)
                writer.write(part.count)
                for value in [part.loss, part.squares, part.late, part.long] { writer.write(value) }
            }
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for each in watched {
            each.seen = Int(try reader.read(UInt32.self))
            guard each.seen <= Self.sample else { throw SnapshotError("the snapshot's slices saw too many values") }
            for index in 0..<each.seen where each.seen < Self.sample { each.first[index] = try reader.readDouble() }
            try reader.read(into: UnsafeMutableBufferPointer(start: each.cuts.base, count: each.cuts.count))
            for place in each.parts.indices {
                let part = Part(
                    key: try reader.read(), rank: try reader.read(), count: try reader.read(),
                    loss: try reader.readDouble(), squares: try reader.readDouble(), late: try reader.readDouble(),
                    long: try reader.readDouble())
                let sums = [part.loss, part.squares, part.late, part.long]
                guard part.key >= -1, sums.allSatisfy({ $0 >= 0 && $0.isFinite }),
                    part.count > 0 || part.loss == 0, !isShare || part.loss <= Double(part.count)
                else {
                    throw SnapshotError("the snapshot's slices have errors below 0 or without end")
                }
                each.parts[place] = part
            }
        }
    }
}
