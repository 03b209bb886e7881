public import OnlineLearning

/// The counts of one task at one moment. All of them only grow, so that two samples give what lies between them exactly,
/// and those of several tasks can be added.
public struct CourseSample: Sendable {
    /// The place on the axis: seconds since 1970, or events of a file.
    public var x: Double
    /// Events scored, over the whole stream.
    public var events: Double
    /// What was published.
    public var published: Tally
    /// Every model, in the plan's order.
    public var models: [Tally]
    /// Every baseline's loss, in the report's order.
    public var baselines: [Double]

    /// The counts of a report.
    public init(x: Double, _ report: PipelineReport) {
        self.x = x
        events = Double(report.events)
        published = report.tally
        models = report.modelTallies
        baselines = report.baselineTallies.map { $0.loss }
    }

    /// Nothing counted yet, of as many models and baselines.
    public init(zeroAt x: Double, like other: CourseSample) {
        self.x = x
        events = 0
        published = Tally()
        models = other.models.map { _ in Tally() }
        baselines = other.baselines.map { _ in 0 }
    }

    /// Numbers that a sample takes.
    static func width(models: Int, baselines: Int) -> Int { 7 + 4 * models + baselines }

    /// As a row of numbers; a model's labelled events are the published ones.
    var row: [Double] {
        [x, events] + Self.counts(published) + [published.labelled] + models.flatMap(Self.counts) + baselines
    }

    init(row: ArraySlice<Double>, models: Int) {
        let first = row.startIndex
        x = row[first]
        events = row[first + 1]
        let labelled = row[first + 6]
        func tally(_ place: Int) -> Tally {
            Tally(
                labelled: labelled, loss: row[place], positives: row[place + 1], alarms: row[place + 2],
                caught: row[place + 3])
        }
        published = tally(first + 2)
        self.models = (0..<models).map { tally(first + 7 + 4 * $0) }
        baselines = Array(row[(first + 7 + 4 * models)...])
    }

    private static func counts(_ tally: Tally) -> [Double] {
        [tally.loss, tally.positives, tally.alarms, tally.caught]
    }
}
