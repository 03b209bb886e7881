extension EngineStatus {
    /// Durations as a Prometheus histogram has them. Cost of one: a walk over the bounds.
    public struct Durations: Sendable {
        /// Bounds for commits: the same as ever, so that series go on.
        public static let commits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        /// Bounds for latencies: close where the promises are (a commit interval of 100 ms: p50 below 80 ms, p99 below
        /// 200 ms), and far enough for an outage.
        public static let latencies = [
            0.005, 0.01, 0.025, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
        ]
        /// Upper bounds of the buckets, in seconds.
        public let bounds: [Double]
        /// Durations by bucket; the last one is beyond every bound.
        public private(set) var counts: [UInt64]
        /// The sum, in seconds.
        public private(set) var sum = 0.0

        /// None yet.
        public init(bounds: [Double]) {
            self.bounds = bounds
            counts = [UInt64](repeating: 0, count: bounds.count + 1)
        }

        mutating func record(_ duration: Duration) { record(seconds: duration / .seconds(1)) }

        /// Ages of records; those without a time are passed over, and a producer's clock that is ahead counts as none.
        ///
        /// - Parameters:
        ///   - times: of records, milliseconds since 1970.
        ///   - now: the same, of the wall clock: the only comparison with it, and nothing that learns sees it.
        mutating func record(ages times: [Int64], at now: Int64) {
            for time in times where time >= 0 { record(seconds: Double(max(0, now - time)) / 1000) }
        }

        private mutating func record(seconds: Double) {
            sum += seconds
            counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        }

        /// All durations.
        public var count: UInt64 { counts.reduce(0, +) }
    }
}
