import Testing

@testable import OnlineLearning

@Suite struct ReliabilityTests {
    @Test func rangesHoldWhatFellIntoThem() {
        let histogram = ScoreHistogram(isUsed: true)
        var random: UInt64 = 7
        var expected: [Double: (events: Double, positives: Double, sum: Double)] = [:]
        let edges: [Double] = [0, 0.03125, 0.0625, 0.125, 0.25, 0.5, 0.75, 0.875, 0.9375, 0.96875]
        for _ in 0..<50_000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let p = Double(random >> 11) / Double(1 << 53)
            let positive = (random >> 3) & 3 == 0
            histogram.add(p, positive: positive)
            let edge = edges.last { $0 <= p } ?? 0
            let old = expected[edge] ?? (0, 0, 0)
            expected[edge] = (old.events + 1, old.positives + (positive ? 1 : 0), old.sum + p)
        }
        let bins = histogram.reliability
        #expect(bins.map(\.low) == edges)
        #expect(bins.last?.high == 1)
        for bin in bins {
            let wanted = expected[bin.low] ?? (0, 0, 0)
            #expect(abs(bin.events - wanted.events) <= 2, "\(bin.low)")
            #expect(abs(bin.positives - wanted.positives) <= 2, "\(bin.low)")
            #expect(abs(bin.mean - wanted.sum / wanted.events) < (bin.high - bin.low) / 16, "\(bin.low)")
        }
    }
}
