/// What is learned, when, and what never: a state machine before the models.
///
/// Everything that teaches waits in a line of `window` labelled events. While it waits, the error of what was published
/// and the features are watched. When one of them is far from the usual, learning stops: what waits is thrown away, and
/// nothing waits any more until all is as usual again, or until `patience` is over. So what learns is, bit for bit, what
/// would have learned had those events not been there; only the tables of words and classes know theirs. Cost: a copy of the
/// row per event, and the gauges'.
final class Quarantine: Snapshottable {
    /// A range of positions, both ends included.
    typealias Span = ClosedRange<UInt64>

    /// What changes at an input.
    enum Change {
        /// Learning stops: what is wrong, where it was seen, the usual error and this one.
        case stopped(cause: String, signal: String, before: Double, after: Double)
        /// Learning goes on; what was not learned.
        case resumed(Span, reason: String)
    }

    private struct State {
        /// Inputs so far that can teach something: events, and labels that come later.
        var position: UInt64 = 0
        /// Where learning stopped, or `.max`: it goes on.
        var openSince = UInt64.max
        /// Events since then.
        var openFor = 0
        /// The feature that was wrong, or -1: the error.
        var cause = -1
        /// Events while all was in order.
        var clock: UInt64 = 0
        /// Events and labels that were scored and never learned.
        var notLearned: UInt64 = 0
    }

    /// So many spans are remembered, in which a label that comes later finds its event.
    private static let remembered = 64

    let plan: QuarantinePlan
    private let schema: Schema
    private let classes: Int
    private let line: WaitingLessons
    private let error: Gauge?
    private let features: [FeatureGuard]
    private let cell = Cell(State())
    private var state: UnsafeMutablePointer<State> { cell.pointer }
    /// Named by hand: never learned.
    private let excluded: [Span]
    /// Sequence numbers of events that were not learned.
    private var events: [Span] = []

    init(_ plan: QuarantinePlan, schema: Schema, classes: Int, excluded: [Span]) {
        self.plan = plan
        self.schema = schema
        self.classes = classes
        self.excluded = excluded
        line = WaitingLessons(window: plan.window, width: schema.width)
        error = plan.watchesError ? Gauge(classes > 0 ? .share : .error, plan) : nil
        features = plan.features.compactMap { FeatureGuard($0, schema, plan) }
    }

    /// Learning has stopped.
    var isOpen: Bool { state.pointee.openSince != .max }
    var notLearned: UInt64 { state.pointee.notLearned }

    // MARK: What comes in

    /// So many events, whose labels were theirs, came before.
    func begin(after events: UInt64) { state.pointee.position = events }

    /// An event, whose label is not known yet.
    func take(_ row: UnsafePointer<Double>, sequence: UInt64) -> Change? {
        let position = advance()
        let isExcluded = excluded.contains { $0.contains(position) }
        if isOpen { state.pointee.openFor += 1 } else if !isExcluded { state.pointee.clock &+= 1 }
        if isExcluded {
            clear()
        } else {
            for guarded in features { guarded.see(row, clock: state.pointee.clock, isUsual: !isOpen) }
        }
        append(WaitingLessons.Entry(kind: .event, position: position, sequence: sequence), row)
        return isExcluded ? nil : change()
    }

    /// The label of the event that was just taken.
    func label(_ label: Label, flags: UInt8, loss: Double) -> Change? {
        let position = state.pointee.position &- 1
        if line.count > 0, line[line.count - 1].position == position { line.label(label, flags: flags) }
        return watch(loss, at: position)
    }

    /// A label, or a correction, of an event before.
    ///
    /// - Parameter loss: of what was published, or nil: it is not scored.
    func take(
        _ label: Label, of answer: Answer, _ row: UnsafePointer<Double>, flags: UInt8, loss: Double?
    ) -> Change? {
        let position = advance()
        append(
            WaitingLessons.Entry(
                kind: loss == nil ? .correction : .label, position: position, sequence: answer.sequence,
                classIndex: label.classIndex, target: label.target, flags: flags), row)
        return loss.flatMap { watch($0, at: position) }
    }

    private func advance() -> UInt64 {
        defer { state.pointee.position &+= 1 }
        return state.pointee.position
    }

    private func watch(_ loss: Double, at position: UInt64) -> Change? {
        guard !excluded.contains(where: { $0.contains(position) }) else { return nil }
        error?.add(loss, isUsual: !isOpen)
        return change(hasError: true)
    }

    private func append(_ entry: WaitingLessons.Entry, _ row: UnsafePointer<Double>) {
        guard !isOpen, !isLost(entry) else { return lose(entry) }
        line.append(entry, row)
    }

    /// It is among what is never learned, or its event is.
    private func isLost(_ entry: WaitingLessons.Entry) -> Bool {
        excluded.contains { $0.contains(entry.position) }
            || entry.kind != .event && events.contains { $0.contains(entry.sequence) }
    }

    private func lose(_ entry: WaitingLessons.Entry) {
        state.pointee.notLearned &+= 1
        guard entry.kind == .event || entry.kind == .labelledEvent else { return }
        if let last = events.last, last.upperBound &+ 1 == entry.sequence {
            events[events.count - 1] = last.lowerBound...entry.sequence
        } else {
            events.append(entry.sequence...entry.sequence)
            if events.count > Self.remembered { events.removeFirst() }
        }
    }

    // MARK: What goes on to be learned

    /// The next lesson that has waited long enough, with its row, until `learned`; nil: there is none.
    var due: (entry: WaitingLessons.Entry, row: UnsafePointer<Double>)? { line.isDue ? line.first : nil }
    /// The next one, however long it has waited.
    var next: (entry: WaitingLessons.Entry, row: UnsafePointer<Double>)? { line.count > 0 ? line.first : nil }

    /// The first one has been learned.
    func learned() { line.removeFirst() }

    // MARK: Stop and go

    /// - Parameter hasError: the error was told: at an event alone it is what it was.
    private func change(hasError: Bool = false) -> Change? {
        guard isOpen else {
            if hasError, let error, error.isOff {
                return stop(
                    "the error of the last \(max(plan.window / 2, 1)) labelled events is far above the usual", -1)
            }
            guard isTime else { return nil }
            for (index, guarded) in features.enumerated() {
                if let fault = guarded.fault { return stop(fault, index) }
            }
            return nil
        }
        if isTime, isSettled { return resume("all is as usual again") }
        guard state.pointee.openFor >= plan.patience else { return nil }
        error?.forget()
        for guarded in features { guarded.forget() }
        return resume("it has lasted for \(plan.patience) events, so it is taken for a change of the world")
    }

    /// Features are compared with the usual at every eighth input.
    private var isTime: Bool { state.pointee.position & 7 == 0 }

    private var isSettled: Bool {
        let cause = state.pointee.cause
        if let error, cause < 0 ? error.isUnsettled : error.isDoubtful { return false }
        for (index, guarded) in features.enumerated() where !guarded.isSettled(isCause: index == cause) { return false }
        return true
    }

    private func stop(_ cause: String, _ index: Int) -> Change {
        let isError = index < 0
        let losses = isError ? (error?.usually ?? .nan, error?.now ?? .nan) : (.nan, .nan)
        let first = line.count > 0 ? line[0].position : state.pointee.position &- 1
        for number in 0..<line.count { lose(line[number]) }
        line.removeAll()
        state.pointee.openSince = first
        state.pointee.openFor = 0
        state.pointee.cause = index
        clear()
        return .stopped(
            cause: cause, signal: isError ? "error" : features[index].name, before: losses.0, after: losses.1)
    }

    /// Learning goes on by an operator's word; nil: it had not stopped.
    func resumeByHand() -> Change? { isOpen ? resume("an operator asked for it") : nil }

    private func resume(_ reason: String) -> Change {
        let span = state.pointee.openSince...(state.pointee.position &- 1)
        state.pointee.openSince = .max
        clear()
        return .resumed(span, reason: reason)
    }

    /// What was seen meanwhile is not usual.
    private func clear() {
        error?.clear()
        for guarded in features { guarded.clear() }
    }

    var memoryBytes: Int {
        features.reduce(line.bytes + (error?.memoryBytes ?? 0) + 64 * 32) { $0 + $1.memoryBytes }
    }

    // MARK: Snapshots

    func write(to writer: inout SnapshotWriter) {
        let now = state.pointee
        for value in [
            now.position, now.openSince, UInt64(now.openFor), now.clock, now.notLearned, UInt64(events.count),
        ] { writer.write(value) }
        for span in events {
            writer.write(span.lowerBound)
            writer.write(span.upperBound)
        }
        writer.write(Int32(now.cause))
        line.write(to: &writer)
        error?.write(to: &writer)
        for guarded in features { guarded.write(to: &writer) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        var now = State()
        now.position = try reader.read()
        now.openSince = try reader.read()
        now.openFor = Int(clamping: try reader.read(UInt64.self))
        now.clock = try reader.read()
        now.notLearned = try reader.read()
        events = try Self.readSpans(&reader)
        now.cause = Int(try reader.read(Int32.self))
        guard now.cause >= -1, now.cause < features.count, now.clock <= now.position,
            now.openSince == .max || now.openSince < now.position
        else { throw SnapshotError("the snapshot's stop of learning is out of range") }
        state.pointee = now
        try line.read(from: &reader, classes: classes)
        for number in 0..<line.count where !fits(line.row(number)) {
            throw SnapshotError("the snapshot's waiting event has a category that does not exist")
        }
        try error?.read(from: &reader)
        for guarded in features { try guarded.read(from: &reader, clock: now.clock) }
    }

    /// Categories are indices.
    private func fits(_ row: UnsafePointer<Double>) -> Bool {
        schema.features.indices.allSatisfy { slot in
            let feature = schema.features[slot]
            guard feature.kind == .categorical, !row[slot].isNaN else { return true }
            return row[slot] >= 0 && row[slot] <= Double(feature.maxCategories) && row[slot] == row[slot].rounded()
        }
    }

    private static func readSpans(_ reader: inout SnapshotReader) throws(SnapshotError) -> [Span] {
        var spans: [Span] = []
        let count = try reader.read(UInt64.self)
        guard count <= remembered else { throw SnapshotError("the snapshot has \(count) spans that were not learned") }
        for _ in 0..<count {
            let (first, last): (UInt64, UInt64) = (try reader.read(), try reader.read())
            guard first <= last else { throw SnapshotError("the snapshot has a span that ends before it begins") }
            spans.append(first...last)
        }
        return spans
    }
}
