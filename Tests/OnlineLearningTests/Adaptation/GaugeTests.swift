import Testing

@testable import OnlineLearning

@Suite struct GaugeTests {
    private static func gauge(_ kind: Gauge.Kind, window: Int) -> Gauge {
        Gauge(kind, QuarantinePlan(window: window, limit: 6, patience: 10_000, watchesError: true, features: []))
    }

    /// However long the window is, it comes to know what is usual.
    @Test(arguments: [40, 100, 250, 2000]) func everyWindowNotices(_ window: Int) {
        let gauge = Self.gauge(.error, window: window)
        for number in 0..<7 * window { gauge.add(number % 2 == 0 ? 0.9 : 1.1, isUsual: true) }
        #expect(gauge.isMature && !gauge.isOff)
        for _ in 0..<window { gauge.add(9, isUsual: true) }
        #expect(gauge.isOff)
    }

    /// Nothing but 0 until then, and a value that measures nothing.
    @Test func whatWasAlwaysNothingIsMissed() throws {
        let gauge = Self.gauge(.error, window: 50)
        for _ in 0..<400 { gauge.add(0, isUsual: true) }
        #expect(!gauge.isOff)
        for _ in 0..<50 { gauge.add(3, isUsual: true) }
        #expect(gauge.isOff)

        let wild = Self.gauge(.error, window: 50)
        for number in 0..<400 { wild.add(number == 20 ? 1e300 : 1, isUsual: true) }
        var writer = SnapshotWriter()
        wild.write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        try Self.gauge(.error, window: 50).read(from: &reader)
    }
}
