/// What was learned of late, in its order, so that a fresh model can learn it again: a ring of rows with their labels, and
/// how far that model has come.
///
/// Cost: a copy of the row per event and label. Memory: 48 bytes and the row each; state: 38.
final class KeptLessons: Snapshottable {
    private struct Place {
        /// Lessons so far, those that are gone included.
        var taken: UInt64 = 0
        /// What the fresh model learns next, and how much of it per event.
        var next: UInt64 = 0
        var speed: UInt32 = 0
        /// Errors that the detectors saw, those of what is not kept included.
        var errors: UInt32 = 0
        /// The last lesson's error was not seen yet: within one input.
        var isNew = false
    }

    private let most: Int
    private let classes: Int
    private let line: WaitingLessons
    private let cell = Cell(Place())
    private var place: UnsafeMutablePointer<Place> { cell.pointer }

    /// - Parameter most: lessons that are kept; of more the oldest go.
    init(_ most: Int, schema: Schema, classes: Int) {
        self.most = most
        self.classes = classes
        line = WaitingLessons(width: schema.width, capacity: most)
    }

    /// Something was learned.
    ///
    /// - Parameter learner: the fresh model: it learns what goes, if it has not yet.
    func add(
        _ kind: WaitingLessons.Kind, _ row: UnsafePointer<Double>, sequence: UInt64, _ label: Label,
        learner: Incarnation?
    ) {
        place.pointee.isNew = kind == .label || kind == .labelledEvent
        // A label that comes next leaves what a label in the event leaves.
        if kind == .label, line.count > 0 {
            let last = line[line.count - 1]
            let isLearned = learner != nil && place.pointee.next > last.position
            if last.kind == .event, last.sequence == sequence, !isLearned { return line.label(label, flags: 0) }
        }
        if line.count == most {
            if let learner, place.pointee.next == line[0].position { teachNext(learner) }
            line.removeFirst()
        }
        line.append(
            WaitingLessons.Entry(
                kind: kind, position: place.pointee.taken, sequence: sequence, classIndex: label.classIndex,
                target: label.target), row)
        place.pointee.taken += 1
    }

    /// A label was learned, or was not while learning rests.
    ///
    /// - Parameter isSeen: the detectors count its error: the present champion said it.
    @inline(__always)
    func count(isSeen: Bool) {
        if isSeen {
            place.pointee.errors &+= 1
            if place.pointee.isNew { line.number(place.pointee.errors) }
        }
        place.pointee.isNew = false
    }

    /// The event whose error the detectors saw so many errors ago; of errors that nothing was learned of, the event that was
    /// learned next. Nil: it is not kept any more.
    func event(errorsAgo age: Int) -> UInt64? {
        let wanted = place.pointee.errors &- UInt32(clamping: max(age, 0))
        var found: UInt64?
        for index in (0..<line.count).reversed() where line[index].error != 0 {
            let entry = line[index]
            // Numbers begin anew some day: what counts is their distance.
            if Int32(bitPattern: entry.error &- wanted) >= 0 { found = entry.sequence }
            if Int32(bitPattern: entry.error &- wanted) <= 0 { return found }
        }
        return nil
    }

    var oldestEvent: UInt64? { (0..<line.count).first { line[$0].isEvent }.map { line[$0].sequence } }

    /// A fresh model is to begin with the first kept event at or behind this one. Gives that event, which is `upcoming`
    /// where there is none.
    func begin(from wanted: UInt64, upcoming: UInt64, speed: Int) -> UInt64 {
        place.pointee.speed = UInt32(clamping: speed)
        for index in 0..<line.count where line[index].isEvent && line[index].sequence >= wanted {
            place.pointee.next = line[index].position
            return line[index].sequence
        }
        place.pointee.next = place.pointee.taken
        return upcoming
    }

    /// The fresh model learns its share, as an event comes; true: it has learned everything.
    func teach(_ learner: Incarnation) -> Bool {
        for _ in 0..<place.pointee.speed where place.pointee.next < place.pointee.taken { teachNext(learner) }
        return place.pointee.next == place.pointee.taken
    }

    private func teachNext(_ learner: Incarnation) {
        let index = Int(place.pointee.next - line[0].position)
        learner.learn(again: line[index], line.row(index))
        place.pointee.next += 1
    }

    var memoryBytes: Int { line.bytes + 64 }

    func write(to writer: inout SnapshotWriter) {
        writer.write(place.pointee.taken)
        writer.write(place.pointee.next)
        writer.write(place.pointee.speed)
        writer.write(place.pointee.errors)
        line.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        place.pointee.taken = try reader.read()
        place.pointee.next = try reader.read()
        place.pointee.speed = try reader.read()
        place.pointee.errors = try reader.read()
        try line.read(from: &reader, classes: classes)
        let (taken, next) = (place.pointee.taken, place.pointee.next)
        let first = taken &- UInt64(line.count)
        let isWhole = (0..<line.count).allSatisfy { line[$0].position == first &+ UInt64($0) }
        guard taken >= UInt64(line.count), isWhole, next <= taken else {
            throw SnapshotError("the snapshot's kept lessons are not those that were learned last")
        }
    }

    /// Whether what a fresh model would learn next is there.
    var reachesBack: Bool { place.pointee.next >= place.pointee.taken - UInt64(line.count) }
}
