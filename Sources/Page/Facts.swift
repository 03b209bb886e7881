import Engine
import OnlineLearning

/// The figures behind the sentences, worked out once per moment.
struct Facts {
    let situation: Situation
    let course: Course
    /// What happened within the range, in its order.
    let marks: [Mark]
    /// The newest stretch that says something.
    let recent: Course.Point
    /// The 5th and the 95th of 100 buckets outside of changes; nil where there are too few.
    let usual: (low: Double, high: Double)?
    /// So many events a mistake is counted on: 100, 1,000 or 10,000.
    let base: Double
    /// The newest change of the mistakes within the range.
    let change: Change?

    /// Outcomes that a first comparison needs.
    static let need = 500.0

    /// A change for the worse or the better, and what came of it.
    struct Change {
        var mark: Mark
        var warning: Mark?
        var training: Mark?
        /// Another model took over.
        var handled: Mark?
        /// What else was decided about it.
        var other: Mark?

        var isOpen: Bool { mark.kind == .worse && handled == nil }
    }

    var subject: Subject { situation.subject }
    var span: Double { max(situation.to - situation.from, 1) }
    /// Outcomes known, over the whole stream.
    var known: Double { reports.reduce(0) { $0 + Double($1.labelled) } }
    var reports: [PipelineReport] { tasks.compactMap { $0.status.report } }
    var report: PipelineReport? { reports.first }
    var tasks: [(partition: Int32, status: EngineStatus.TaskStatus)] {
        situation.tasks.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    var events: Double { tasks.reduce(0) { $0 + Double($1.status.events) } }
    var isLearning: Bool { course.whole.published.labelled < Self.need }

    init(_ situation: Situation) {
        self.situation = situation
        // A range that reaches back further than anything is known begins where that does.
        let first = situation.past.values.compactMap { $0.samples.first?.x }.min() ?? situation.from
        course = Course(
            Array(situation.past.values), from: max(situation.from, min(first, situation.to)), to: situation.to)
        marks = situation.past.sorted { $0.key < $1.key }.flatMap { partition, copy in
            copy.told.map { Mark($0, partition: partition, samples: copy.samples) }
        }.filter { $0.x >= situation.from && $0.x <= situation.to }
            .enumerated().sorted { ($0.element.x, $0.offset) < ($1.element.x, $1.offset) }.map(\.element)
        change = Self.newestChange(marks)
        // Of a file the whole is told: its last events are no better than the others.
        recent = situation.axis == .events ? course.whole : Self.recent(course, marks)
        usual = Self.usual(course, marks)
        base = Self.base(course.whole)
    }

    /// One for the worse before one for the better: what fell after it mostly fell back.
    private static func newestChange(_ marks: [Mark]) -> Change? {
        func last(_ kind: Mark.Kind) -> Int? { marks.lastIndex { $0.kind == kind && !$0.isWarning } }
        guard let place = last(.worse) ?? last(.better) else { return nil }
        var change = Change(mark: marks[place])
        // A warning or a training that belongs to it began after the last change that was settled.
        for mark in marks[..<place].reversed() where mark.partition == change.mark.partition {
            if mark.kind == .change || mark.kind == .discarded || (mark.drift != nil && !mark.isWarning) { break }
            if mark.isWarning { change.warning = mark }
            if mark.kind == .training { change.training = mark }
        }
        for mark in marks[(place + 1)...] where mark.partition == change.mark.partition && mark.decision != nil {
            switch mark.kind {
            case .training: change.training = change.training ?? mark
            case .change: change.handled = change.handled ?? mark
            default:
                // The search for parameters goes on whatever changes: it is no answer to a change.
                if mark.decision?.action != "tune" { change.other = mark }
            }
        }
        return change
    }

    /// A twentieth of what is shown and 2,000 outcomes at least, but nothing from before the last change where enough is
    /// known since.
    private static func recent(_ course: Course, _ marks: [Mark]) -> Course.Point {
        let points = course.points
        guard let first = points.first, let last = points.last else { return Course.Point(start: 0, end: 0) }
        let border =
            marks.last { $0.kind == .change || ($0.kind == .worse && !$0.isWarning) }
            .map { $0.kind == .worse ? $0.began : $0.x } ?? -.infinity
        var sum: Course.Point?
        for point in points.reversed() {
            let enough = sum.map { $0.published.labelled >= 200 } ?? false
            if enough, point.start < border { break }
            if let whole = sum, whole.published.labelled >= 2000,
                last.end - whole.start >= (last.end - first.start) / 20
            {
                break
            }
            if sum != nil {
                sum?.start = point.start
                sum?.add(counts: point)
            } else {
                sum = point
            }
        }
        return sum ?? Course.Point(start: 0, end: 0)
    }

    /// Times between a change for the worse and the model that knows it are not what is usual.
    private static func usual(_ course: Course, _ marks: [Mark]) -> (low: Double, high: Double)? {
        var changes: [(Double, Double)] = []
        var open: Double?
        for mark in marks where !mark.isWarning {
            if mark.kind == .worse { open = open ?? mark.began }
            if mark.kind == .change, let start = open {
                changes.append((start, mark.x))
                open = nil
            }
        }
        if let open { changes.append((open, .infinity)) }
        let rates = course.points.filter { point in
            !changes.contains { point.end > $0.0 && point.start < $0.1 }
        }.compactMap { $0.published.meanLoss }.sorted()
        guard rates.count >= 20 else { return nil }
        return (rates[rates.count / 20], rates[rates.count - 1 - rates.count / 20])
    }

    private static func base(_ whole: Course.Point) -> Double {
        let labelled = whole.published.labelled
        guard labelled > 0, let best = whole.baselines.min() else { return 1000 }
        return [100.0, 1000].first { best / labelled * $0 >= 10 } ?? 10_000
    }

    /// The newest stretch with enough events of the positive class to speak of catching them: 50, where there are.
    var catching: Tally {
        var sum = recent.published
        for point in course.points.reversed() where point.end <= recent.start {
            if sum.positives >= 50 { break }
            sum = sum + point.published
        }
        return sum
    }

    /// Mistakes before and after a drift, counted: 2,000 outcomes each at most, up to the next thing that happened; nil
    /// where that is too little to count. What the detector says itself is of windows as short as 16 events.
    func effect(of mark: Mark) -> (before: Double, after: Double)? {
        guard mark.drift != nil else { return nil }
        let others = marks.filter { $0.kind == .change || ($0.drift != nil && !$0.isWarning && $0.kind != .moved) }
        let last = others.last { $0.x < mark.began }?.x ?? -.infinity
        let next = others.first { $0.x > mark.x }?.x ?? .infinity
        func loss(_ cells: some Sequence<Course.Point>) -> Double? {
            var sum = Tally()
            for cell in cells where sum.labelled < 2000 { sum = sum + cell.published }
            return sum.labelled >= 50 ? sum.meanLoss : nil
        }
        let before = loss(course.cells.filter { $0.end <= mark.began && $0.start >= last }.reversed())
        let after = loss(course.cells.filter { $0.end > mark.began && $0.start < next })
        guard let before, let after, (after < before) == (mark.kind == .better) else { return nil }
        return (before, after)
    }

    // MARK: Rates

    /// Events a second over the last ten seconds, of all partitions.
    var rate: Double { situation.past.keys.reduce(0) { $0 + rate(of: $1) } }

    func rate(of partition: Int32) -> Double {
        guard situation.axis == .clock, let copy = situation.past[partition], let last = copy.samples.last else {
            return 0
        }
        // Another process tells every ten seconds.
        if situation.processes[partition]?.told != nil {
            guard let before = copy.samples.dropLast().last, last.x > situation.to - 25 else { return 0 }
            return (last.events - before.events) / max(last.x - before.x, 1)
        }
        let start = situation.to - 10
        guard let first = copy.samples.last(where: { $0.x <= start }) ?? copy.samples.first, last.x > first.x else {
            return 0
        }
        return (last.events - first.events) / max(situation.to - max(first.x, start), last.x - first.x, 1)
    }

    /// Events that wait, of all partitions; nil where nobody knows.
    var waiting: Double? {
        let lags = tasks.compactMap { $0.status.lag }
        return lags.isEmpty ? nil : lags.reduce(0) { $0 + Double($1) }
    }

    /// The partition with most events waiting.
    var slowest: Int32? { tasks.max { ($0.status.lag ?? 0) < ($1.status.lag ?? 0) }?.partition }

    /// When the newest event was taken.
    var newest: Double? { situation.past.values.compactMap { $0.samples.last?.x }.max() }

    /// Nothing came for ten times the usual gap, and for half a minute at least.
    var isStale: Bool {
        guard situation.health == .running, situation.isLive, let newest else { return false }
        let whole = course.whole
        let gap = whole.events > 0 ? (whole.end - whole.start) / whole.events : 0
        return situation.to - newest > max(30, 10 * gap)
    }

    // MARK: The two simple rules

    /// Loss per event, by the report's order and names.
    func rules(_ point: Course.Point) -> [(name: String, loss: Double)] {
        let names = (report?.baselines ?? []).map(\.name)
        guard point.published.labelled > 0 else { return [] }
        return zip(names, point.baselines).map { ($0, $1 / point.published.labelled) }
    }

    /// The better of the two.
    var bestRule: (name: String, loss: Double)? { rules(recent).min { $0.loss < $1.loss } }

    /// Whether two shares of the same events differ by more than chance gives; numbers by more than a hundredth.
    func differ(_ a: Double, _ b: Double, of count: Double) -> Bool {
        if subject.isNumber { return abs(a - b) > 0.01 * max(abs(a), abs(b)) }
        let mean = (a + b) / 2
        return abs(a - b) > 2 * (mean * (1 - mean) / max(count, 1)).squareRoot()
    }
}
