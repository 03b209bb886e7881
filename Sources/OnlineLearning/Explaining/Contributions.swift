/// What the inputs of one event add to its answer, by slot, and the room that finding it takes.
final class Contributions {
    let width: Int
    let values: FlatBuffer<Double>
    /// A recent event that becomes the one that is explained.
    let probe: FlatBuffer<Double>
    /// In which order it does.
    let order: FlatBuffer<Int32>
    private let chosen: FlatBuffer<Explanation.Part>

    init(width: Int) {
        self.width = width
        values = FlatBuffer(width, repeating: 0)
        probe = FlatBuffer(width, repeating: 0)
        order = FlatBuffer(width, repeating: 0)
        chosen = FlatBuffer(width, repeating: Explanation.Part(feature: 0, value: 0, usual: 0, contribution: 0))
    }

    /// Nothing adds anything, and the order is the schema's.
    func clear() {
        values.base.update(repeating: 0, count: width)
        for slot in 0..<width { order[slot] = Int32(slot) }
    }

    func divide(by count: Double) { for slot in 0..<width { values[slot] /= count } }

    /// The inputs that add or take most, the largest first, at most that many; those that change nothing are left out. Valid
    /// until the next call. Cost: `most` looks at every slot.
    func largest(
        _ most: Int, _ event: UnsafePointer<Double>, _ rows: RecentRows, _ schema: Schema
    ) -> UnsafeBufferPointer<Explanation.Part> {
        var count = 0
        while count < min(most, width), let slot = next(after: count) {
            guard values[slot] != 0 else { break }
            chosen[count] = part(slot, event, rows, schema)
            count += 1
        }
        return UnsafeBufferPointer(start: chosen.base, count: count)
    }

    /// The largest that is not among the first `count` chosen; of equals the first slot.
    private func next(after count: Int) -> Int? {
        var best: Int?
        for slot in 0..<width where !(0..<count).contains(where: { chosen[$0].feature == slot }) {
            if best.map({ abs(values[slot]) > abs(values[$0]) }) ?? true { best = slot }
        }
        return best
    }

    /// All of them, the largest first.
    func parts(_ event: UnsafePointer<Double>, _ rows: RecentRows, _ schema: Schema) -> [Explanation.Part] {
        (0..<width).map { part($0, event, rows, schema) }.sorted {
            (abs($1.contribution), $0.feature) < (abs($0.contribution), $1.feature)
        }
    }

    private func part(
        _ slot: Int, _ event: UnsafePointer<Double>, _ rows: RecentRows, _ schema: Schema
    ) -> Explanation.Part {
        Explanation.Part(
            feature: slot, value: event[slot],
            usual: rows.usual(slot, isWord: schema.features[slot].kind == .categorical), contribution: values[slot])
    }

    var memoryBytes: Int { values.bytes + probe.bytes + order.bytes + chosen.bytes }
}

/// Where answers are published with their reasons: events of late, which are state then, and the room for one answer's reasons.
final class PublishedReasons {
    /// Answers that the reasons of one event ask the champion for, about. Few: every event pays for them.
    static let mostAnswers = 96

    let rows: RecentRows
    let sums: Contributions

    init(_ schema: Schema) {
        rows = RecentRows(width: schema.width)
        sums = Contributions(width: schema.width)
    }

    var memoryBytes: Int { rows.memoryBytes + sums.memoryBytes }
}
