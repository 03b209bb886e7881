import Foundation
import Testing

@testable import millrace

/// `millrace bench drift`, in its short form: five seeds instead of thirty.
@Suite struct BenchTests {
    @Test func theTableHoldsTheBarsOfADWIN() throws {
        let output = try Program.run("bench", "drift", "--seeds", "5", "--json")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [[String: Any]])
        func row(_ name: String) throws -> [String: Any] {
            try #require(rows.first { $0["detector"] as? String == name })
        }
        func number(_ name: String, _ key: String) throws -> Double { try #require(try row(name)[key] as? Double) }
        func abrupt(_ name: String) throws -> [String: Double] {
            let streams = try #require(try row(name)["streams"] as? [String: [String: Double]])
            return try #require(streams["abrupt"])
        }
        #expect(try number("adwin", "false_alarms_per_10000") <= 0.2)
        #expect(try number("adwin", "dependent_alarms_per_10000") <= 1)
        #expect(try abrupt("adwin")["delay_mean"]! <= 110 && abrupt("adwin")["alarms_after"]! <= 1.2)
        // What knows nothing alarms in time, and all the time.
        #expect(try number("every 100th input", "false_alarms_per_10000") == 100)
        #expect(try abrupt("every 100th input")["delay_mean"] == 99)
        let text = try Program.run("bench", "drift", "--seeds", "1")
        #expect(text.stdout.contains("false alarms") && text.stdout.contains("adwin (river)"))
    }

    @Test func aSeriesIsComparedWithItsWindows() throws {
        let scratch = try Scratch()
        let lines = (0..<4000).map { row in
            "2026-01-01 \(1000 + row),\(Double(row % 7) + (row < 2000 || row > 3000 ? 0 : 50))"
        }
        let series = try scratch.file("a_steps.csv", "timestamp,value\n" + lines.joined(separator: "\n"))
        let windows = try scratch.file(
            "windows.json", #"{"real/steps.csv": [["2026-01-01 2990", "2026-01-01 3200"]]}"#)
        let output = try Program.run("bench", "drift", "--series", series, "--windows", windows, "--json")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [[String: Any]])
        let adwin = try #require(rows.first { $0["detector"] as? String == "adwin" })
        #expect(adwin["windows_found"] as? Int == 1)
        #expect(!rows.contains { $0["detector"] as? String == "ddm" })
        #expect(try Program.run("bench", "drift", "--series", series).code == 64)
        let strange = try scratch.file("windows2.json", #"{"real/other.csv": []}"#)
        let refused = try Program.run("bench", "drift", "--series", series, "--windows", strange)
        #expect(refused.code == 65 && refused.stderr.contains("has no windows"))
    }
}
