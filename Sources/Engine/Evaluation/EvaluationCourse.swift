import OnlineLearning

/// The counts at some rows of an evaluation; thinned out when they are too many. A report of all metrics each: asked for
/// only where a report is written.
final class EvaluationCourse {
    private(set) var samples: [CourseSample] = []
    /// Rows between two samples.
    private(set) var step = 64
    private let points: Int

    /// - Parameter points: samples at most; 0: none.
    init(points: Int) { self.points = points }

    func add(_ row: Int, _ pipeline: Pipeline) {
        guard points > 0, row % step == 0 else { return }
        samples.append(CourseSample(x: Double(row), pipeline.report()))
        guard samples.count > points else { return }
        step *= 2
        samples.removeAll { Int($0.x) % step != 0 }
    }
}
