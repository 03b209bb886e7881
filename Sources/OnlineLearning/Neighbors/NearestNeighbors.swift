/// The classes of the most similar among the last examples (k nearest neighbours: Cover & Hart 1967,
/// doi:10.1109/TIT.1967.1053964, over a window).
///
/// Squared distance: per numeric feature the squared difference in units of its variance so far, per nominal one 0 or
/// that of two independent values, 2; a value missing on one side counts as independent, too. Among equally near ones
/// the newest come first. Differences from MOA and River: features are scaled by their spread, not by their range, so
/// that one far value does not take a feature out; values more than eight standard deviations away count as that far.
/// Cost: `window` × features per prediction, less where a distance is soon too long. Memory: 8 bytes per slot of the
/// window, allocated at once; where the limit is lower the window is shorter.
public final class NearestNeighbors: Classifier {
    public static let description = ComponentDescription(
        name: "knn", role: .classifier,
        summary: "The classes of the most similar among the last examples.",
        source: "Cover & Hart 1967, doi:10.1109/TIT.1967.1053964",
        cost: "window × features; 8 bytes per slot of the window",
        parameters: [
            ParameterDescription("n_neighbors", .integer(1...1000, default: 10), "Examples that vote."),
            ParameterDescription("window", .integer(1...1_000_000, default: 1000), "Examples that are kept."),
            ParameterDescription(
                "weights", .choice(["uniform", "distance"], default: "distance"),
                "Whether neighbours vote alike or by the inverse of their distance."),
        ])

    private let width: Int
    private let classCount: Int
    private let neighbours: Int
    private let window: Int
    private let weighsDistance: Bool
    /// Slots in the order of the features' name hashes, and whether each is numeric.
    private let slots: FlatBuffer<Int32>
    private let isNumeric: FlatBuffer<Bool>
    private let scale: RunningScale
    /// Rows of values in that order, then class and weight.
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

    public init(parameters: ParameterValues, context: ComponentContext) {
        let features = context.features
        let order = features.indices.sorted { features[$0].nameHash < features[$1].nameHash }
        width = features.count
        classCount = max(context.classCount, 1)
        slots = FlatBuffer(order.map(Int32.init))
        isNumeric = FlatBuffer(order.map { features[$0].kind == .numeric })
        scale = RunningScale(features.count)
        let room = max(context.memoryLimit / 2, 1) / ((features.count + 2) * 8)
        window = max(1, min(parameters.integer("window"), room))
        neighbours = min(parameters.integer("n_neighbors"), window)
        weighsDistance = parameters.choice("weights") == "distance"
        rows = FlatBuffer(window * (width + 2), repeating: 0)
        found = FlatBuffer(neighbours, repeating: Neighbour(distance: 0, row: 0))
        asked = FlatBuffer(features.count, repeating: 0)
        state = Cell(State())
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        let count = search(example)
        // One pseudo-vote is spread over all classes.
        let pseudo = 1 / Double(classCount)
        probabilities.update(repeating: pseudo, count: classCount)
        var sum = 1.0
        let nearest = count > 0 ? found[0].distance : 0
        for place in 0..<count {
            let row = rows.base + Int(found[place].row) * (width + 2)
            // Relative to the nearest, so that the vote has no unit.
            let near = (nearest + 0.01) / (found[place].distance + 0.01)
            let vote = row[width + 1] * (weighsDistance ? near.squareRoot() : 1)
            probabilities[Int(row[width])] += vote
            sum += vote
        }
        for classIndex in 0..<classCount { probabilities[classIndex] /= sum }
    }

    /// Fills `found` with the nearest rows, the nearest first; how many.
    private func search(_ example: Example) -> Int {
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
            let distance = distance(rows.base + row * (width + 2), below: limit)
            guard distance < limit else { continue }
            var place = count < neighbours ? count : neighbours - 1
            while place > 0, found[place - 1].distance > distance {
                found[place] = found[place - 1]
                place -= 1
            }
            found[place] = Neighbour(distance: distance, row: Int32(row))
            count = min(count + 1, neighbours)
        }
        return count
    }

    /// The squared distance of the example in `asked`, or something at least as large as `limit`.
    @inline(__always)
    private func distance(_ row: UnsafeMutablePointer<Double>, below limit: Double) -> Double {
        var sum = 0.0
        for index in 0..<width {
            let (a, b) = (asked[index], row[index])
            if isNumeric[index], a == a, b == b {
                sum += (a - b) * (a - b) * scale.inverse(index)
            } else if a != b, a == a || b == b {
                sum += 2
            }
            if sum >= limit { return sum }
        }
        return sum
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        let place = state.pointer.pointee.next
        let row = rows.base + place * (width + 2)
        for index in 0..<width {
            let value = example.slots[Int(slots[index])]
            row[index] = isNumeric[index] ? scale.learn(value, index) : value
        }
        row[width] = Double(classIndex)
        row[width + 1] = weight
        state.pointer.pointee.next = place + 1 == window ? 0 : place + 1
        state.pointer.pointee.count = min(state.pointer.pointee.count + 1, window)
    }

    public var memoryBytes: Int {
        rows.bytes + found.bytes + asked.bytes + slots.bytes + isNumeric.bytes + scale.bytes + 200
    }

    public func write(to writer: inout SnapshotWriter) {
        scale.write(to: &writer)
        writer.write(UInt32(state.pointer.pointee.count))
        writer.write(UInt32(state.pointer.pointee.next))
        for row in 0..<state.pointer.pointee.count {
            let base = rows.base + row * (width + 2)
            for index in 0..<width + 2 { writer.write(base[index]) }
        }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
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
            guard label >= 0, label < Double(classCount), label == label.rounded(), weight >= 0, weight.isFinite,
                (0..<width).allSatisfy({ !base[$0].isInfinite })
            else { throw SnapshotError("the snapshot has a broken example") }
        }
        state.pointer.pointee = State(count: count, next: next)
    }
}
