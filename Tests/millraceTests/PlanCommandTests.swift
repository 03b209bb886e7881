import Foundation
import Testing

@Suite struct PlanCommandTests {
    private let file = Program.root.appendingPathComponent("topologies/fraud.yaml").path

    @Test func thePlanSaysWhatAProcessTakes() throws {
        let output = try Program.run("plan", file, "--partitions", "4")
        #expect(output.code == 0)
        #expect(output.stdout.contains("fraud-predictions, fraud-drift, fraud-decisions, fraud-metrics,"))
        #expect(output.stdout.replacingOccurrences(of: "\n          ", with: " ").contains("all 4 tasks takes at most"))
    }

    @Test func theRingOfLessonsIsTold() throws {
        let action = "drift=[{detector: adwin, action: {replay: {keep: 5000}}}]"
        let output = try Program.run("plan", file, "--set", action)
        #expect(output.code == 0)
        #expect(output.stdout.contains("the last 5000 lessons of each partition"), "\(output.stdout)")
        #expect(try Program.run("plan", file).stdout.contains("nothing that was learned"))
    }

    @Test func itGrowsWithTheTasks() throws {
        let sizes = try ["1", "4"].map { partitions in
            let plan = try Program.json("plan", file, "--partitions", partitions, "--json") as? [String: Any]
            return try #require(plan?["memory_bytes"] as? Int)
        }
        #expect(sizes[1] - sizes[0] == 3 * 256 << 20)
    }
}
