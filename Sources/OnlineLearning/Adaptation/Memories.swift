/// Models that answered once and were replaced, as they were then (`recall`). While a policy looks for a new champion
/// they are compared with the present one on the same events. Cost: one answer per kept model and labelled event then.
final class Memories {
    /// So many are kept; the one that answered longest ago goes.
    static let most = 3
    /// Labelled events without which a model is not worth keeping.
    private static let worth: UInt64 = 500

    private struct Memory {
        let slot: Int
        let model: Incarnation
        var evidence = PairedEvidence()
    }

    private var kept: [Memory] = []
    /// The champion as it was when the search began: what it has learned since then is of the new concept.
    private var outgoing: Incarnation?

    /// So many are kept now.
    var count: Int { kept.count }

    /// A search begins: what was compared before says nothing, and `champion` is what may be replaced.
    func begin(_ champion: Incarnation?) {
        for index in kept.indices { kept[index].evidence = PairedEvidence() }
        outgoing = champion
    }

    /// Keeps what was the champion of that slot when the search began, and answers no more.
    ///
    /// - Parameter always: however little it has learned.
    func keep(slot: Int, always: Bool = false) {
        guard let model = outgoing, always || model.learned >= Self.worth else { return }
        if kept.count == Self.most { kept.removeFirst() }
        kept.append(Memory(slot: slot, model: model))
        outgoing = nil
    }

    /// Compares those of a slot with the champion's error.
    @inline(__always)
    func compare(
        slot: Int, _ raw: UnsafePointer<Double>, _ input: Example, _ label: Label, known: Int, championLoss: Double
    ) {
        for index in kept.indices where kept[index].slot == slot {
            let model = kept[index].model
            model.predict(raw, input, known: known)
            model.score(label)
            kept[index].evidence.add(first: championLoss, second: model.answer.loss)
        }
    }

    /// The one of that slot that is proven best, and the mean errors that show it; nil: none is better than the champion.
    func proven(slot: Int, byLog threshold: Double) -> (index: Int, before: Double, after: Double)? {
        let found = kept.indices.filter {
            kept[$0].slot == slot && kept[$0].evidence.secondIsBetter(byLog: threshold, over: 1)
        }.max { kept[$0].evidence.logOdds < kept[$1].evidence.logOdds }
        return found.map { ($0, kept[$0].evidence.means.first, kept[$0].evidence.means.second) }
    }

    /// The one of that slot that answered last, or nil.
    func newest(slot: Int) -> Int? { kept.lastIndex { $0.slot == slot } }

    /// Those of a slot are of another component than it has now.
    func forget(slot: Int) { kept.removeAll { $0.slot == slot } }

    /// One of them, as it stays.
    func model(_ index: Int) -> Incarnation { kept[index].model }

    /// Gives one back.
    func take(_ index: Int) -> Incarnation { kept.remove(at: index).model }

    var memoryBytes: Int { kept.reduce(outgoing?.memoryBytes ?? 0) { $0 + $1.model.memoryBytes } }

    func write(to writer: inout SnapshotWriter) {
        writer.write(outgoing != nil)
        outgoing?.write(to: &writer)
        writer.write(UInt8(kept.count))
        for memory in kept {
            writer.write(UInt32(memory.slot))
            memory.evidence.write(to: &writer)
            memory.model.write(to: &writer)
        }
    }

    /// - Parameters:
    ///   - slots: the models that they are of.
    ///   - champion: the place of the present one, of which the outgoing one is.
    func read(from reader: inout SnapshotReader, _ slots: [ModelSlot], champion: Int) throws(SnapshotError) {
        kept = []
        outgoing = try reader.readBool() ? try slots[champion].readIncarnation(from: &reader) : nil
        let count = try reader.read(UInt8.self)
        guard count <= Self.most else { throw SnapshotError("the snapshot keeps \(count) models, too many") }
        for _ in 0..<count {
            let slot = Int(try reader.read(UInt32.self))
            guard slots.indices.contains(slot) else { throw SnapshotError("the snapshot keeps a model of no model") }
            var evidence = PairedEvidence()
            try evidence.read(from: &reader)
            kept.append(Memory(slot: slot, model: try slots[slot].readIncarnation(from: &reader), evidence: evidence))
        }
    }
}
