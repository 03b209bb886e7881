/// What is to be learned and waits until it is known to be in order: a line of fixed length. Cost: a copy of the row.
struct WaitingLessons: ~Copyable {
    enum Kind: UInt8 {
        /// An event whose label is not known.
        case event
        /// An event with its label.
        case labelledEvent
        /// A label that came later, with its event's row.
        case label
        /// What was learned before was wrong: this is right.
        case correction
    }

    struct Entry: BitwiseCopyable {
        var kind: Kind
        /// The place among all inputs that can teach something.
        var position: UInt64
        /// Of the event.
        var sequence: UInt64
        var classIndex: Int32 = -1
        var target = Double.nan
        /// The baselines'.
        var flags: UInt8 = 0
        /// The number of the error that detectors saw of it, or 0: none.
        var error: UInt32 = 0

        var label: Label { classIndex >= 0 ? Label(classIndex: classIndex) : Label(target: target) }
        var isEvent: Bool { kind == .event || kind == .labelledEvent }
        var isLesson: Bool { kind == .labelledEvent || kind == .label }
    }

    /// Not private: a debug build of Swift 6.3 fails on that.
    struct Place {
        var first = 0
        var count = 0
        /// Entries with a label.
        var lessons = 0
    }

    private let window: Int
    private let width: Int
    private let entries: FlatBuffer<Entry>
    private let rows: FlatBuffer<Double>
    private let place = Cell(Place())

    /// - Parameters:
    ///   - window: labels that wait.
    ///   - width: of a row.
    ///   - capacity: entries that there is room for; nil: for what waits for so many labels.
    init(window: Int = 0, width: Int, capacity: Int? = nil) {
        self.window = window
        self.width = width
        // Where few events have labels no more of them wait either.
        entries = FlatBuffer((capacity ?? 4 * window + 1) + 1, repeating: Entry(kind: .event, position: 0, sequence: 0))
        rows = FlatBuffer(entries.count * width, repeating: .nan)
    }

    var count: Int { place.pointer.pointee.count }
    var bytes: Int { entries.bytes + rows.bytes }

    private func index(_ number: Int) -> Int { (place.pointer.pointee.first + number) % entries.count }

    subscript(_ number: Int) -> Entry { entries[index(number)] }

    func row(_ number: Int) -> UnsafePointer<Double> { UnsafePointer(rows.base + index(number) * width) }

    /// Whether the first one has waited long enough.
    var isDue: Bool { place.pointer.pointee.lessons > window || count > 4 * window }

    /// The first one and its row, which stay until `removeFirst`.
    var first: (entry: Entry, row: UnsafePointer<Double>) {
        (self[0], row(0))
    }

    func removeFirst() {
        if self[0].isLesson { place.pointer.pointee.lessons -= 1 }
        place.pointer.pointee.first = index(1)
        place.pointer.pointee.count -= 1
    }

    func append(_ entry: Entry, _ row: UnsafePointer<Double>) {
        let index = index(count)
        entries[index] = entry
        (rows.base + index * width).update(from: row, count: width)
        place.pointer.pointee.count += 1
        if entry.isLesson { place.pointer.pointee.lessons += 1 }
    }

    /// The last one gets its label.
    func label(_ label: Label, flags: UInt8) {
        let index = index(count - 1)
        entries.base[index].kind = .labelledEvent
        entries.base[index].classIndex = label.classIndex
        entries.base[index].target = label.target
        entries.base[index].flags = flags
        place.pointer.pointee.lessons += 1
    }

    /// Detectors saw the last one's error.
    func number(_ error: UInt32) { entries.base[index(count - 1)].error = error }

    func removeAll() { place.pointer.pointee = Place() }

    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(count))
        for number in 0..<count {
            let entry = self[number]
            writer.write(entry.kind.rawValue)
            writer.write(entry.position)
            writer.write(entry.sequence)
            writer.write(entry.classIndex)
            writer.write(entry.target)
            writer.write(entry.flags)
            writer.write(entry.error)
            writer.write(UnsafeBufferPointer(start: row(number), count: width))
        }
    }

    /// - Parameter classes: indices below are classes.
    func read(from reader: inout SnapshotReader, classes: Int) throws(SnapshotError) {
        removeAll()
        let count = Int(try reader.read(UInt32.self))
        guard count < entries.count else { throw SnapshotError("the snapshot has \(count) events that wait, too many") }
        for _ in 0..<count {
            let entry = Entry(
                kind: try reader.readCase("kind of lesson"), position: try reader.read(), sequence: try reader.read(),
                classIndex: try reader.read(), target: try reader.readDouble(), flags: try reader.read(),
                error: try reader.read())
            let isLabelled = classes > 0 ? entry.classIndex >= 0 : entry.classIndex == -1 && entry.target.isFinite
            guard entry.kind == .event || isLabelled, entry.classIndex < Int32(max(classes, 1)) else {
                throw SnapshotError("the snapshot's waiting event has a label that does not exist")
            }
            let row = try reader.readDoubles()
            guard row.count == width else { throw SnapshotError("the snapshot's waiting event has another width") }
            row.withUnsafeBufferPointer { append(entry, $0.baseAddress ?? UnsafePointer(rows.base)) }
        }
    }
}
