/// The last examples with their labels, and the search for those that are most like a new one.
///
/// Squared distance: per numeric feature the squared difference in units of its variance so far, per nominal one 0 or
/// that of two independent values, 2; a value missing on one side counts as independent, too. All that are as near as the
/// last of the wanted neighbours vote too: where features are words, which of them would come first is chance.
final class NeighbourWindow {
    static let parameters = [
        ParameterDescription(
            "n_neighbors", .integer(1...1000, default: 10), "Examples that vote.", steps: .ladder([3, 5, 10, 15])),
        ParameterDescription("window", .integer(1...1_000_000, default: 1000), "Examples that are kept."),
        ParameterDescription(
            "weights", .choice(["uniform", "distance"], default: "distance"),
            "Whether neighbours vote alike or by the inverse of their distance.",
            steps: .words(["uniform", "distance"])),
    ]

    private let width: Int
    private let neighbours: Int
    private let window: Int
    private let weighsDistance: Bool
    /// Slots in the order of the features' name hashes, and whether each is numeric.
    private let slots: FlatBuffer<Int32>
    private let isNumeric: FlatBuffer<Bool>
    private let scale: RunningScale
    /// Rows of values in that order, then label and weight.
    private let rows: FlatBuffer<Double>
    private let found: FlatBuffer<Neighbour>
    private let asked: FlatBuffer<Double>
    private let state: Cell<State>

    private struct State {
        /// Rows that have been filled, and where the next one goes.
        var count = 0
        var next = 0
    }

    private struct Neighbour: BitwiseCopyable {
        var distance: Double
        var row: Int32
    }

    init(_ parameters: ParameterValues, _ context: ComponentContext) {
        let features = context.features
        let order = features.indices.sorted { features[$0].nameHash < features[$1].nameHash }
        width = features.count
        slots = FlatBuffer(order.map(Int32.init))
        isNumeric = FlatBuffer(order.map { features[$0].kind == .numeric })
        scale = RunningScale(features.count)
        let room = max(context.memoryLimit / 2, 1) / ((features.count + 2) * 8 + MemoryLayout<Neighbour>.stride)
        window = max(1, min(parameters.integer("window"), room))
        neighbours = min(parameters.integer("n_neighbors"), window)
        weighsDistance = parameters.choice("weights") == "distance"
        rows = FlatBuffer(window * (width + 2), repeating: 0)
        found = FlatBuffer(window, repeating: Neighbour(distance: 0, row: 0))
        asked = FlatBuffer(features.count, repeating: 0)
        state = Cell(State())
    }

    /// The label and the say of the neighbour at a place of those that were found last.
    @inline(__always)
    func vote(_ place: Int) -> (label: Double, weight: Double) {
        let row = rows.base + Int(found[place].row) * (width + 2)
        // Relative to the nearest, so that the vote has no unit.
        let near = (found[0].distance + 0.01) / (found[place].distance + 0.01)
        return (row[width], row[width + 1] * (weighsDistance ? near.squareRoot() : 1))
    }

    /// Finds the nearest rows, the nearest first; how many.
    func search(_ example: Example) -> Int {
        for index in 0..<width {
            let value = example.slots[Int(slots[index])]
            asked[index] = isNumeric[index] ? scale.hold(value, index) : value
        }
        var count = 0
        var age = 0
        let filled = state.pointer.pointee.count
        var row = state.pointer.pointee.next
        while age < filled {
            row = row == 0 ? window - 1 : row - 1
            age += 1
            let limit = count < neighbours ? Double.infinity : found[neighbours - 1].distance
            let distance = distance(rows.base + row * (width + 2), upTo: limit)
            guard distance <= limit, distance < .infinity else { continue }
            var place = count
            while place > 0, found[place - 1].distance > distance {
                found[place] = found[place - 1]
                place -= 1
            }
            found[place] = Neighbour(distance: distance, row: Int32(row))
            count += 1
            while count > neighbours, found[count - 1].distance > found[neighbours - 1].distance { count -= 1 }
        }
        return count
    }

    /// The squared distance of the example in `asked`, or something larger than `limit`.
    @inline(__always)
    private func distance(_ row: UnsafeMutablePointer<Double>, upTo limit: Double) -> Double {
        var sum = 0.0
        for index in 0..<width {
            let (a, b) = (asked[index], row[index])
            if isNumeric[index], a == a, b == b {
                sum += (a - b) * (a - b) * scale.inverse(index)
            } else if a != b, a == a || b == b {
                sum += 2
            }
            if sum > limit { return sum }
        }
        return sum
    }

    /// Keeps an example in place of the oldest.
    func learn(_ example: Example, label: Double, weight: Double) {
        let place = state.pointer.pointee.next
        let row = rows.base + place * (width + 2)
        for index in 0..<width {
            let value = example.slots[Int(slots[index])]
            row[index] = isNumeric[index] ? scale.learn(value, index) : value
        }
        row[width] = label
        row[width + 1] = weight
        state.pointer.pointee.next = place + 1 == window ? 0 : place + 1
        state.pointer.pointee.count = min(state.pointer.pointee.count + 1, window)
    }

    var bytes: Int {
        rows.bytes + found.bytes + asked.bytes + slots.bytes + isNumeric.bytes + scale.bytes + 200
    }

    func write(to writer: inout SnapshotWriter) {
        scale.write(to: &writer)
        writer.write(UInt32(state.pointer.pointee.count))
        writer.write(UInt32(state.pointer.pointee.next))
        for row in 0..<state.pointer.pointee.count {
            let base = rows.base + row * (width + 2)
            for index in 0..<width + 2 { writer.write(base[index]) }
        }
    }

    /// Takes over a snapshot's window, of which every label must be one of those wanted.
    func read(from reader: inout SnapshotReader, where isLabel: (Double) -> Bool) throws(SnapshotError) {
        try scale.read(from: &reader)
        let count = Int(try reader.read(UInt32.self))
        let next = Int(try reader.read(UInt32.self))
        guard count <= window, next < window, count == window || next == count % window else {
            throw SnapshotError("the snapshot's window of \(count) examples does not fit one of \(window)")
        }
        state.pointer.pointee = State()
        for row in 0..<count {
            let base = rows.base + row * (width + 2)
            for index in 0..<width + 2 { base[index] = try reader.readDouble() }
            let (label, weight) = (base[width], base[width + 1])
            guard isLabel(label), weight >= 0, weight.isFinite,
                (0..<width).allSatisfy({ !base[$0].isInfinite })
            else { throw SnapshotError("the snapshot has a broken example") }
        }
        state.pointer.pointee = State(count: count, next: next)
    }
}
