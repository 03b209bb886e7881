import OnlineLearning
import StreamGenerators
import Text

/// How one detector does on `ErrorStream`: a row of `millrace bench drift`.
///
/// Alarms are read together: one that alarms all the time has the shortest delay, which the dummy's row shows.
struct DetectorTrial {
    /// Alarms around the change of one stream, over all seeds.
    struct Score {
        /// Inputs from the change to the first alarm, in rising order; where it was seen.
        var delays: [Int] = []
        /// Seeds without an alarm after the change.
        var missed = 0
        /// Alarms before and after the change, per seed.
        var before = 0.0
        var after = 0.0

        var mean: Double? { delays.isEmpty ? nil : Double(delays.reduce(0, +)) / Double(delays.count) }
        var median: Double? { delays.isEmpty ? nil : Double(delays[delays.count / 2]) }
        /// Seeds whose first alarm came later than that.
        func late(_ limit: Int) -> Int { delays.count { $0 > limit } }
    }

    let name: String
    let seeds: Int
    /// False alarms in 10,000 inputs of the stationary and of the dependent stream.
    private(set) var falseAlarms = 0.0
    private(set) var dependentAlarms = 0.0
    /// The most of one seed.
    private(set) var worstSeed = 0.0
    private(set) var scores: [ErrorStream: Score] = [:]

    /// Indices of the inputs at which a detector, made anew, alarms.
    typealias Alarms = ([Bool]) -> [Int]

    /// - Parameter seeds: 1 to so many.
    init(_ name: String, seeds: Int, alarms: Alarms) {
        self.name = name
        self.seeds = seeds
        for stream in ErrorStream.allCases {
            var score = Score()
            for seed in 1...UInt64(seeds) {
                let raised = alarms(stream.values(seed: seed))
                let rate = Double(raised.count) * 10_000 / Double(stream.count)
                switch stream {
                case .stationary:
                    falseAlarms += rate / Double(seeds)
                    worstSeed = max(worstSeed, rate)
                case .dependent: dependentAlarms += rate / Double(seeds)
                default: score.add(raised, Double(seeds))
                }
            }
            score.delays.sort()
            scores[stream] = score
        }
    }

    /// Every detector in each of its modes, and one that knows nothing.
    static func all(seeds: Int) -> [DetectorTrial] {
        Catalog.detectors.flatMap { type in
            modes(of: type.description).map { mode in
                let name = type.description.name + (mode == "none" ? "" : " (\(mode))")
                let parameters = ParameterValues(
                    type.description, mode == "none" ? [:] : ["compatibility": .choice(mode)])
                return DetectorTrial(name, seeds: seeds) { values in
                    let detector = type.init(
                        parameters: parameters, context: ComponentContext(features: [Feature("x", .numeric)]))
                    return values.indices.filter { detector.update(.error(values[$0])) == .drift }
                }
            }
        } + [DetectorTrial("every 100th input", seeds: seeds) { Array(stride(from: 99, to: $0.count, by: 100)) }]
    }

    private static func modes(of description: ComponentDescription) -> [String] {
        guard case .choice(let words, _)? = description.parameters.first(where: { $0.name == "compatibility" })?.kind
        else { return ["none"] }
        return words
    }

    static let columns = [
        "detector", "false alarms", "worst seed", "dependent", "abrupt mean", "median", "late", "missed", "alarms",
        "gradual", "small", "missed", "low", "missed", "before", "down",
    ]

    /// The cells of `columns`.
    var cells: [Double?] {
        func score(_ stream: ErrorStream) -> Score { scores[stream] ?? Score() }
        let (abrupt, small, low) = (score(.abrupt), score(.small), score(.low))
        return [
            falseAlarms, worstSeed, dependentAlarms, abrupt.mean, abrupt.median, Double(abrupt.late(1000)),
            Double(abrupt.missed), abrupt.after, score(.gradual).mean, small.mean, Double(small.missed), low.mean,
            Double(low.missed), low.before, score(.down).mean,
        ]
    }

    var json: JSON {
        func figures(_ score: Score) -> JSON {
            [
                "delay_mean": .optional(score.mean), "delay_median": .optional(score.median),
                "later_than_1000": .integer(Int64(score.late(1000))), "missed": .integer(Int64(score.missed)),
                "alarms_before": .number(score.before), "alarms_after": .number(score.after),
            ]
        }
        return [
            "detector": .text(name), "false_alarms_per_10000": .number(falseAlarms),
            "false_alarms_worst_seed": .number(worstSeed), "dependent_alarms_per_10000": .number(dependentAlarms),
            "streams": .object(
                ErrorStream.allCases.filter { $0 != .stationary && $0 != .dependent }.map {
                    ("\($0)", figures(scores[$0] ?? Score()))
                }),
        ]
    }
}

extension DetectorTrial.Score {
    fileprivate mutating func add(_ raised: [Int], _ seeds: Double) {
        let first = raised.first { $0 >= ErrorStream.change }
        let later = raised.count { $0 >= ErrorStream.change }
        before += Double(raised.count - later) / seeds
        after += Double(later) / seeds
        if let first { delays.append(first - ErrorStream.change) } else { missed += 1 }
    }
}
