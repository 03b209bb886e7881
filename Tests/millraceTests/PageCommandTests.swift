import Foundation
import Page
import Testing
import Topology

@testable import ControlPlane
@testable import Engine
@testable import millrace

/// `report`, `top` and `graph`, and the report of a file.
@Suite struct PageCommandTests {
    private func plane(_ names: String...) throws -> ControlPlane {
        let plane = try ControlPlane(ListenAddress(port: 0))
        for name in names {
            let status = EngineStatus()
            status.update { values in
                values.assignedWorkers = [0]
                values.heartbeats[0] = .now
                var task = EngineStatus.TaskStatus()
                task.state = .running
                values.tasks[3] = task
            }
            plane.add(status, Subject(name: name, source: "payments"))
        }
        return plane
    }

    @Test func theReportOfARunningTopologyIsOneFile() throws {
        let scratch = try Scratch()
        let plane = try plane("fraud")
        let path = scratch.path("now.html")
        let output = try Program.run("report", "--http", "\(plane.address)", "--last", "1h", "--output", path)
        #expect(output.code == 0, "\(output.stderr)")
        let report = try String(contentsOfFile: path, encoding: .utf8)
        #expect(report.hasPrefix("<!doctype html>") && report.contains("Ready. No event has arrived on payments yet."))
        #expect(!report.contains("page.css") && !report.contains("page.js"))
    }

    @Test func topSaysTheAnswersAndEachPartition() throws {
        let plane = try plane("fraud")
        let output = try Program.run("top", "--http", "\(plane.address)")
        #expect(output.code == 0, "\(output.stderr)")
        #expect(output.stdout.hasPrefix("Ready. No event has arrived on payments yet.\n"))
        #expect(output.stdout.contains("Must I do something?"))
        #expect(output.stdout.contains("\n3          answering"), "\(output.stdout)")
    }

    @Test func whatIsMissingIsSaid() throws {
        let nobody = try Program.run("top", "--http", "127.0.0.1:1")
        #expect(nobody.code == 69 && nobody.stderr.contains("nothing answers at 127.0.0.1:1"))
        let two = try plane("a", "b")
        let which = try Program.run("report", "--http", "\(two.address)", "-o", "-")
        #expect(which.code == 64 && which.stderr.contains("give `--topology` a, b"), "\(which.stderr)")
        let wrong = try Program.run("report", "--http", "\(two.address)", "--topology", "c d", "-o", "-")
        #expect(wrong.code == 69 && wrong.stderr.contains("there is no topology c d: here run a, b"), "\(wrong.stderr)")
        let range = try Program.run("top", "--http", "\(two.address)", "--topology", "a", "--last", "6y")
        #expect(range.code == 69 && range.stderr.contains("1m to 7d"), "\(range.stderr)")
        #expect(try Program.run("top", "--http", "here").code == 64)
    }

    @Test(arguments: ["electricity", "friedman", "shapes", "fraud", "counts"])
    func aFilesReportSaysHowGoodItIs(name: String) throws {
        let scratch = try Scratch()
        let streams = ["friedman": "friedman", "fraud": "fraud"]
        let path = Program.root.appendingPathComponent("topologies/\(name).yaml").path
        var input = Program.root.appendingPathComponent("topologies/data/\(name).csv").path
        if let stream = streams[name] {
            input = scratch.path("events.jsonl")
            #expect(try Program.run("generate", stream, "--events", "6000", "--output", input).code == 0)
        }
        guard FileManager.default.fileExists(atPath: input) else { return }
        let output = try Program.run(
            "evaluate", path, "--input", input, "--report", scratch.path("report.html"))
        #expect(output.code == 0, "\(output.stderr)")
        let report = try String(contentsOfFile: scratch.path("report.html"), encoding: .utf8)
        let words = ["Catching ", "Right in ", "Off by ", "No better than ", "Learning. ", "Wrong on "]
        #expect(words.contains { report.contains("\"headline\":\"\($0)") }, "\(name)")
        #expect(!report.contains("nan") || !report.contains(": nan"))
    }

    @Test func theGraphHasEveryTopicAndModel() throws {
        let path = Program.root.appendingPathComponent("topologies/fraud.yaml").path
        let text = try Program.run("graph", path).stdout
        #expect(text.hasPrefix("flowchart LR\n"))
        for part in [
            "payments", "fraud-predictions", "fraud-drift", "fraud-decisions", "fraud-state", "fraud-dead-letters",
        ] {
            #expect(text.contains("[(\"\(part)\")]"), "\(part)")
        }
        #expect(text.contains("tree: hoeffding_tree") && text.contains("linear: logistic_regression"))
        #expect(text.contains("model0 ==>|answers| output"))
        let late = Program.root.appendingPathComponent("topologies/fraud-delayed.yaml").path
        let labelled = try Program.run("graph", late).stdout
        for part in ["labels[(\"", "fraud-delayed-journal", "labels --> join", "join -->|learned| model1"] {
            #expect(labelled.contains(part), "\(part) in \(labelled)")
        }
    }
}
