import Foundation
import Testing

@testable import millrace

@Suite struct CommandTests {
    /// Rows of which the sign of x decides y, with some dead letters among them.
    private func rows(_ count: Int) -> String {
        var state: UInt64 = 7
        var text = "x,z,y\n"
        for _ in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let x = Double(Int64(bitPattern: state) >> 40) / 1000
            text += "\(x),\(state >> 60),\(x > 0 ? 1 : 0)\n"
        }
        return text
    }

    private func evaluate(_ arguments: String...) throws -> [String: Any] {
        let output = try Program.run(["evaluate", "--json"] + arguments)
        try #require(output.code == 0, "\(output.stderr)")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any])
    }

    @Test func evaluateGivesTheWholeObject() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(2000))
        let result = try evaluate(
            "--input", csv, "--label", "y", "--model", "logistic_regression", "--model", "majority")
        #expect(result["topology"] as? String == "rows")
        #expect(result["events"] as? Int == 2000)
        #expect(result["labelled"] as? Int == 2000)
        #expect(result["dead_letters"] as? Int == 0)
        let metrics = try #require(result["metrics"] as? [String: Any])
        let accuracy = try #require(metrics["accuracy"] as? Double)
        #expect(accuracy > 0.9 && accuracy <= 1)
        #expect(metrics["rmse"] is NSNull)
        let window = try #require(result["window"] as? [String: Any])
        #expect(window["size"] as? Int == 1000)
        let baselines = try #require(result["baselines"] as? [String: Any])
        #expect(Set(baselines.keys) == ["no_change", "majority"])
        let models = try #require(result["models"] as? [String: [String: Any]])
        #expect(Set(models.keys) == ["logistic_regression", "majority"])
        #expect((result["digest"] as? String)?.count == 64)
        for key in ["seconds", "events_per_second", "drifts", "warnings", "decisions", "state_bytes"] {
            #expect(result[key] != nil, "\(key)")
        }
    }

    @Test func evaluateIsDeterministicAndTheSameForJSON() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(1500))
        let lines = scratch.path("rows.jsonl")
        #expect(try Program.run("generate", "--input", csv, "--output", lines).code == 0)
        let predictions = [scratch.path("a.jsonl"), scratch.path("b.jsonl")]
        let first = try evaluate(
            "--input", csv, "--label", "y", "--model", "hoeffding_tree", "--predictions", predictions[0])
        let second = try evaluate(
            "--input", lines, "--label", "y", "--model", "hoeffding_tree", "--predictions", predictions[1])
        #expect(first["digest"] as? String == second["digest"] as? String)
        let texts = try predictions.map { try String(contentsOfFile: $0, encoding: .utf8) }
        #expect(texts[0] == texts[1])
        #expect(texts[0].split(separator: "\n").count == 1500)
        #expect(texts[0].contains("\"id\":\"1499\""))
        #expect(texts[0].contains("\"source\":\"rows-0-1499\""))
    }

    @Test func badRowsAreCountedAndRowsKeepTheirNumbers() throws {
        let scratch = try Scratch()
        var lines = rows(400).split(separator: "\n").map(String.init)
        lines[10] = "\"open,1,0"
        lines[20] = "NaN,1,0"
        lines[30] = "1e999,1,0"
        let csv = try scratch.file("rows.csv", rows(400))
        let bad = try scratch.file("bad.csv", lines.joined(separator: "\n"))
        let topology = scratch.path("rows.yaml")
        #expect(try Program.run("create", "--input", csv, "--label", "y", "--output", topology).code == 0)
        let result = try evaluate(topology, "--input", bad)
        let codes = try #require(result["dead_letters_by_code"] as? [String: Int])
        #expect(codes["not_finite"] == 1)
        #expect(codes["number_overflow"] == 1)
        let dead = try #require(result["dead_letters"] as? Int)
        #expect((result["events"] as? Int).map { $0 + dead } ?? 0 <= 400)
        #expect(dead >= 2)
    }

    @Test func createLintTestAndSetWorkTogether() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(600))
        let topology = scratch.path("rows.yaml")
        #expect(try Program.run("create", "--input", csv, "--label", "y", "--output", topology).code == 0)
        #expect(try Program.run("lint", topology).code == 0)
        var text = try String(contentsOfFile: topology, encoding: .utf8)
        let written = try Program.run("test", topology)
        #expect(written.code == 0 && written.stdout.contains("1 tests, 0 failed"), "\(written.stdout)")
        text += "  - {name: counts, input: rows.csv, expect: [{accuracy: \"> 0.5\"}, {events: 600}]}\n"
        try text.write(toFile: topology, atomically: true, encoding: .utf8)
        let good = try Program.run("test", topology)
        #expect(good.code == 0, "\(good.stdout)\(good.stderr)")
        try text.replacingOccurrences(of: "events: 600", with: "events: 601")
            .write(toFile: topology, atomically: true, encoding: .utf8)
        let bad = try Program.run("test", topology)
        #expect(bad.code == 1)
        #expect(bad.stdout.contains("events is 600.0, expected 601"))
        let plain = try evaluate(topology, "--input", csv)
        let seeded = try evaluate(topology, "--input", csv, "--set", "name=other")
        #expect(plain["topology"] as? String == "rows")
        #expect(seeded["topology"] as? String == "other")
        #expect(try Program.run("evaluate", topology, "--input", csv, "--set", "nonsense").code == 64)
    }

    @Test func recordsAndTheirResultDoNotMix() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(50))
        let output = try Program.run("evaluate", "--input", csv, "--label", "y", "--predictions", "-")
        let lines = output.stdout.split(separator: "\n")
        #expect(lines.count == 50)
        for line in lines { #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any]) }
        #expect(output.stderr.contains("accuracy"))
        #expect(try Program.run("evaluate", "--input", csv, "--label", "y", "--predictions", "-", "--json").code == 64)
    }

    @Test(arguments: [["generate", "sea", "--events", "100000000"], ["demo", "--plain"]])
    func aReaderThatGoesAwayEndsTheProgramQuietly(arguments: [String]) throws {
        let process = Process(), pipe = Pipe(), errors = Pipe()
        process.executableURL = Program.url
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = errors
        try process.run()
        #expect(try pipe.fileHandleForReading.read(upToCount: 1)?.count == 1)
        try pipe.fileHandleForReading.close()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(process.terminationStatus == SIGPIPE)
        #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
    }

    @Test func aStreamWithoutTheLabelIsPointedOut() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(20))
        let topology = try scratch.file(
            "t.yaml", "name: t\nfeatures: {x: numeric}\nlabel: {field: answer, type: binary}\n")
        let output = try Program.run("evaluate", topology, "--input", csv)
        #expect(output.code == 0)
        #expect(output.stdout.contains("no event has the label 'answer'"))
    }

    @Test func thePlotIsAPicture() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(5000))
        let plot = scratch.path("curve.svg")
        #expect(try Program.run("evaluate", "--input", csv, "--label", "y", "--plot", plot).code == 0)
        let document = try XMLDocumentCheck.isWellFormed(Data(contentsOf: URL(fileURLWithPath: plot)))
        #expect(document)
    }

    @Test func generateIsRepeatable() throws {
        let first = try Program.run("generate", "agrawal", "--events", "50", "--seed", "9")
        #expect(first.stdout == (try Program.run("generate", "agrawal", "--events", "50", "--seed", "9")).stdout)
        #expect(first.stdout != (try Program.run("generate", "agrawal", "--events", "50", "--seed", "8")).stdout)
        let lines = first.stdout.split(separator: "\n")
        #expect(lines.count == 50)
        for line in lines { #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any]) }
        let csv = try Program.run("generate", "sea", "--events", "5", "--format", "csv").stdout.split(separator: "\n")
        #expect(csv.count == 6)
        #expect(csv[0].hasPrefix("id,ts,"))
    }

    @Test func generateKeepsItsRate() throws {
        let start = ContinuousClock.now
        #expect(
            try Program.run("generate", "sea", "--events", "50", "--rate", "100/s").stdout.split(separator: "\n").count
                == 50)
        #expect(ContinuousClock.now - start >= .milliseconds(450))
    }

    @Test func listsAndDescriptionsAreJSON() throws {
        let entries = try #require(try Program.json("list", "--json") as? [[String: Any]])
        let names = entries.compactMap { $0["name"] as? String }
        for name in ["hoeffding_tree", "adwin", "impute", "background", "fraud"] { #expect(names.contains(name)) }
        for name in Set(names) {
            #expect(try Program.run("describe", name).stdout.hasPrefix(name))
            _ = try Program.json("describe", name, "--json")
        }
        let tree = try #require(try Program.json("describe", "hoeffding_tree", "--json") as? [String: Any])
        #expect((tree["parameters"] as? [[String: Any]])?.contains { $0["name"] as? String == "grace_period" } == true)
    }

    @Test func theSchemaIsJSON() throws {
        let schema = try #require(try Program.json("schema") as? [String: Any])
        #expect((schema["$schema"] as? String)?.contains("json-schema.org") == true)
    }

    @Test func completionsKnowTheCommands() throws {
        for shell in ["bash", "zsh", "fish", "docs"] {
            let output = try Program.run("completions", shell)
            #expect(output.code == 0)
            #expect(output.stdout.contains("evaluate") && output.stdout.contains("stop-at-end"))
        }
        #expect(try Program.run("completions", "tcsh").code == 64)
    }

    @Test func theDemoRunsTheRepositorysTopology() throws {
        let file = Program.root.appendingPathComponent("topologies/fraud.yaml")
        #expect(DemoTopology.text == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test func theCommandReferenceIsTheProgramsOwn() throws {
        let file = Program.root.appendingPathComponent("docs/command-line.md")
        let isCurrent = try Program.run("completions", "docs").stdout == String(contentsOf: file, encoding: .utf8)
        #expect(isCurrent, "run `millrace completions docs > docs/command-line.md`")
    }
}

/// Whether a document is well-formed XML: every element is closed in order.
private enum XMLDocumentCheck {
    static func isWellFormed(_ data: Data) throws -> Bool {
        var open: [Substring] = []
        var rest = Substring(String(decoding: data, as: UTF8.self))
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.isEmpty && !rest.contains("<")
    }
}
