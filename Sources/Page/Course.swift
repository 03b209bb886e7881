import Engine
import OnlineLearning

/// What happened over time, of all partitions together: buckets of sums, never averages of averages.
struct Course {
    /// What lies between two moments.
    struct Point {
        var start: Double
        var end: Double
        var events = 0.0
        var published = Tally()
        var models: [Tally] = []
        var baselines: [Double] = []
        /// Nothing was known for a while before it: the line is not drawn over that.
        var followsGap = false

        mutating func add(_ other: Point) {
            end = other.end
            add(counts: other)
        }

        mutating func add(counts other: Point) {
            events += other.events
            published = published + other.published
            if models.isEmpty {
                models = other.models
            } else {
                for (index, tally) in other.models.enumerated() where index < models.count {
                    models[index] = models[index] + tally
                }
            }
            if baselines.isEmpty {
                baselines = other.baselines
            } else {
                for (index, loss) in other.baselines.enumerated() where index < baselines.count {
                    baselines[index] += loss
                }
            }
        }
    }

    private(set) var points: [Point] = []
    /// What the points are made of: finer, and with empty ones.
    private(set) var cells: [Point] = []
    /// The width of the cells that the points are made of.
    private(set) var step = 1.0

    /// Buckets, at most `limit`, between two places of the axis.
    init(_ copies: [TaskHistory.Copy], from: Double, to: Double, limit: Int = 240) {
        let finest = copies.map(\.step).max() ?? 1
        step = max(finest, ((to - from) / Double(limit) / finest).rounded(.up) * finest)
        let first = (from / step).rounded(.down) * step
        let count = max(0, Int(((to - first) / step).rounded(.up)))
        var cells = (0..<count).map { index in
            Point(start: first + Double(index) * step, end: min(first + Double(index + 1) * step, to))
        }
        for copy in copies { Self.add(copy.samples, to: &cells) }
        self.cells = cells
        points = Self.merge(cells, step)
    }

    /// Adds what one partition counted in each cell. Before its first sample it counted nothing here.
    private static func add(_ samples: [CourseSample], to cells: inout [Point]) {
        guard var last = samples.first else { return }
        var next = 0
        for index in cells.indices {
            var present = last
            while next < samples.count, samples[next].x <= cells[index].end {
                present = samples[next]
                next += 1
            }
            guard present.x != last.x else { continue }
            var change = Point(start: cells[index].start, end: cells[index].end)
            change.events = present.events - last.events
            change.published = present.published - last.published
            change.models = zip(present.models, last.models).map { $0 - $1 }
            change.baselines = zip(present.baselines, last.baselines).map { $0 - $1 }
            cells[index].add(counts: change)
            last = present
        }
    }

    /// Puts cells together until each says something: a share of a handful jumps about.
    private static func merge(_ cells: [Point], _ step: Double) -> [Point] {
        let total = cells.reduce(0) { $0 + $1.published.labelled }
        let least = min(max(total / 60, 20), 200)
        var points: [Point] = []
        var open: Point?
        var empty = 0
        for cell in cells {
            if cell.events == 0 {
                empty += 1
                if empty > 10, (open?.published.labelled ?? 0) == 0 { open = nil }
                continue
            }
            if open != nil {
                open?.add(cell)
            } else {
                open = cell
                open?.followsGap = empty > 10
            }
            empty = 0
            if let whole = open, whole.published.labelled >= least {
                points.append(whole)
                open = nil
            }
        }
        return points
    }

    /// All of it.
    var whole: Point {
        var sum = cells.first ?? Point(start: 0, end: 0)
        for cell in cells.dropFirst() { sum.add(cell) }
        return sum
    }
}
