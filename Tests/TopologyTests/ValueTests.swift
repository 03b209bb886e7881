import Testing

@testable import Topology

@Suite("Units, expectations and suggestions")
struct ValueTests {
    @Test(arguments: [
        ("64KiB", 65536), ("256MiB", 268_435_456), ("1GB", 1_000_000_000), ("1.5KiB", 1536), ("12", 12), ("7B", 7),
        ("1TiB", 1 << 40),
    ])
    func sizes(text: String, bytes: Int) { #expect(Units.bytes(text) == bytes) }

    @Test(arguments: [
        ("100ms", 100), ("5s", 5000), ("10m", 600_000), ("24h", 86_400_000), ("7d", 604_800_000), ("0.5s", 500),
    ])
    func durations(text: String, milliseconds: Int) { #expect(Units.milliseconds(text) == milliseconds) }

    @Test(arguments: [
        "", "MiB", "-1s", "1e3s", "1 s", "1.0005s", "0x10", "nan", "inf", "5 MB", "99999999999TiB", "100",
    ])
    func notADuration(text: String) {
        #expect(Units.milliseconds(text) == nil)
        if text != "100" { #expect(Units.bytes(text) == nil) }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T10:00:00Z", 1_795_255_200_000), ("2000-02-29", 951_782_400_000),
        ("1700000000000", 1_700_000_000_000),
    ])
    func times(text: String, milliseconds: Int64) { #expect(Units.time(text) == milliseconds) }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-1-1", "2026-11-21T10:00:00", "2026-11-21T25:00:00Z", "-5", "x", "",
    ])
    func notATime(text: String) { #expect(Units.time(text) == nil) }

    @Test(arguments: [
        ("> 0.7", 0.71, true), ("> 0.7", 0.7, false), (">=0.7", 0.7, true), ("< 3", 2.0, true), ("<= 3", 3.0, true),
        ("<= 3", 3.1, false), ("== 1", 1.0, true), ("1", 1.0, true), ("1", 2.0, false), ("= 0.3", 0.1 + 0.2, true),
        ("!= 0", 0.0, false), ("!= 0", 4.0, true), ("0.7..0.9", 0.9, true), ("0.7 .. 0.9", 0.91, false),
        ("0.8 ± 0.05", 0.84, true), ("0.8 +- 0.05", 0.86, false), ("> 0.7", .nan, false), ("!= 0", .nan, false),
        ("-1..1", -0.5, true), ("> -2", -1.0, true), (" > 0.7 ", 0.8, true),
    ])
    func expectations(text: String, value: Double, holds: Bool) throws {
        #expect(try #require(Expectation.parse(text)).holds(value) == holds)
    }

    @Test(arguments: [
        "", ">", "> x", "0.9..0.7", "1..", "..1", "0.8 ± -1", "many", "> 0.7 < 0.9", "nan", "> inf", "0x1p3",
    ])
    func notAnExpectation(text: String) { #expect(Expectation.parse(text) == nil) }

    @Test(arguments: [
        ("accuracy", true), ("window.accuracy", true), ("models.tree.kappa", true), ("baselines.majority", true),
        ("drifts", true), ("window.drifts", false), ("models.accuracy", false), ("acuracy", false), ("", false),
        (".", false),
    ])
    func metricNames(name: String, known: Bool) { #expect(Expectation.isKnown(metric: name) == known) }
}
