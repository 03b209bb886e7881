/// One tree of an ensemble of regressions, with its windows: errors, and a tree that grows since a warning to take its
/// place.
final class RegressionMember {
    private(set) var tree: RegressionTree
    private var successor: RegressionTree
    private var isPrepared = false
    private let detector = ErrorWindow()
    private let driftDelta: Double
    private let warningDelta: Double
    /// Faded absolute errors of late and of long, and the weight of what is in them: the first says how much the tree
    /// counts, the second what is a large error.
    private var late = 0.0
    private var long = 0.0
    private var known = 0.0
    private static let need = 50.0
    private static let lateMemory = 0.99
    private static let longMemory = 0.999

    init(_ options: RegressionOptions, _ context: ComponentContext, driftDelta: Double, warningDelta: Double) {
        tree = RegressionTree(options, context)
        successor = RegressionTree(options, context)
        self.driftDelta = driftDelta
        self.warningDelta = warningDelta
    }

    deinit { detector.deallocate() }

    /// Mean absolute error of late; nil while too little is known of it, as of a tree that has just taken another's place.
    var error: Double? { known >= Self.need ? late : nil }

    /// Takes the error of an answer that was given before learning, and what follows from it.
    func score(_ error: Double) {
        let error = min(error.magnitude, 1e300)
        let isLarge = known > 0 && error > long
        let share = 1 / (known + 1)
        late += (error - late) * max(share, 1 - Self.lateMemory)
        long += (error - long) * max(share, 1 - Self.longMemory)
        known = min(known + 1, 1e6)
        switch detector.level(isLarge, delta: driftDelta, warning: warningDelta) {
        case .warning: isPrepared = true
        case .drift: replace()
        case .none, .improvement: break
        }
    }

    private func replace() {
        if isPrepared { swap(&tree, &successor) } else { tree.reset() }
        successor.reset()
        isPrepared = false
        detector.reset()
        (late, long, known) = (0, 0, 0)
    }

    func learn(_ example: Example, target: Double, weight: Double) {
        tree.learn(example, target: target, weight: weight)
        if isPrepared { successor.learn(example, target: target, weight: weight) }
    }

    var memoryBytes: Int { tree.memoryBytes + successor.memoryBytes + Self.fixedBytes }
    static var fixedBytes: Int { ErrorWindow.bytes + 200 }

    func write(to writer: inout SnapshotWriter) {
        for number in [late, long, known] { writer.write(number) }
        detector.write(to: &writer)
        tree.write(to: &writer)
        writer.write(isPrepared)
        successor.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        late = try reader.readDouble()
        long = try reader.readDouble()
        known = try reader.readDouble()
        guard late >= 0, late <= 1e300, long >= 0, long <= 1e300, known >= 0, known <= 1e6 else {
            throw SnapshotError("the snapshot has a broken voter")
        }
        try detector.read(from: &reader)
        try tree.read(from: &reader)
        isPrepared = try reader.readBool()
        try successor.read(from: &reader)
    }
}
