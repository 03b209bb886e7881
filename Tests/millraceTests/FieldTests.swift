import Foundation
import Testing

/// Inputs that went wrong for users of stream learners, CSV readers and JSON pipelines, and what is right. The files stand
/// in `Tests/Field`.
@Suite struct FieldTests {
    private static let folder = Program.root.appendingPathComponent("Tests/Field")

    private func path(_ name: String) -> String { Self.folder.appendingPathComponent(name).path }

    private struct Figures: Equatable {
        var events: Int
        var labelled: Int
        var rejected: Int
        var digest: String
        var metrics: String
    }

    private func evaluate(_ topology: String, _ input: String) throws -> (Figures, [String: Any]) {
        let output = try Program.run("evaluate", topology, "--input", input, "--json")
        try #require(output.code == 0, "\(output.stderr)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any])
        let metrics = try JSONSerialization.data(withJSONObject: object["metrics"] ?? [:], options: .sortedKeys)
        return (
            Figures(
                events: object["events"] as? Int ?? -1, labelled: object["labelled"] as? Int ?? -1,
                rejected: object["dead_letters"] as? Int ?? -1, digest: object["digest"] as? String ?? "",
                metrics: String(decoding: metrics, as: UTF8.self)), object
        )
    }

    /// create → lint → evaluate → generate → evaluate: the topology's text and the figures, which are the same on both ways.
    private func both(_ input: String, label: String) throws -> (text: String, figures: Figures) {
        let scratch = try Scratch()
        let topology = scratch.path("t.yaml"), lines = scratch.path("t.jsonl")
        let created = try Program.run("create", "--input", input, "--label", label, "--output", topology)
        try #require(created.code == 0, "\(created.stderr)")
        let lint = try Program.run("lint", topology)
        #expect(lint.code == 0, "\(lint.stdout)\(lint.stderr)")
        #expect(try Program.run("test", topology).code == 0)
        let direct = try evaluate(topology, input).0
        let generated = try Program.run("generate", "--input", input, "--output", lines)
        try #require(generated.code == 0, "\(generated.stderr)")
        #expect(try evaluate(topology, lines).0 == direct)
        return (try String(contentsOfFile: topology, encoding: .utf8), direct)
    }

    @Test(arguments: [
        ("01-space-after-comma.csv", "income", 60, 60, 0, ["hours: numeric", "classes: [\"<=50K\", \">50K\"]"]),
        ("02-blank-cell.csv", "churn", 60, 60, 0, ["charges: numeric   # 54 numbers and 6 empty"]),
        ("03-na-cell.csv", "y", 60, 60, 0, ["s: numeric   # 59 numbers and 1 'NA'"]),
        ("04-na-label.csv", "salary", 60, 59, 0, ["type: regression", "salary   # 59 numbers and 1 'NA'"]),
        ("07-json-array.json", "y", 20, 20, 0, ["x: numeric", "type: binary"]),
        ("08-number-spellings.csv", "y", 6, 6, 0, ["x: numeric"]),
        ("09.jsonl", "y", 20, 20, 0, ["user.age: numeric", "amount: numeric"]),
        ("14-one-list-label.jsonl", "y", 20, 20, 1, ["y   # 20 truth values and 1 list or map", "type: binary"]),
        ("14-one-list-feature.jsonl", "y", 20, 20, 1, ["x: numeric   # 20 numbers and 1 list or map"]),
        (
            "22-decimal-comma.csv", "y", 4, 4, 0,
            ["decimal: comma", "Eonia: {kind: numeric, missing: [\"-\"]}   # 3 numbers and 1 '-'"]
        ),
        ("23-yes-no.csv", "y", 2, 2, 0, ["smoker: boolean"]),
        ("24-quoted-number.jsonl", "y", 2, 2, 0, ["x: numeric"]),
    ])
    func theRightValues(
        file: String, label: String, events: Int, labelled: Int, rejected: Int, lines: [String]
    ) throws {
        let (text, figures) = try both(path(file), label: label)
        #expect(figures.events == events && figures.labelled == labelled && figures.rejected == rejected, "\(figures)")
        for line in lines { #expect(text.contains(line), "\(line) in \(text)") }
    }

    @Test func aClassThatComesLateIsLearned() throws {
        let scratch = try Scratch()
        let rows = (0..<12_500).map { "0.\($0 % 1000),\($0 < 10_000 ? ["a", "b"][$0 % 2] : "c")" }
        let csv = try scratch.file("late.csv", "x,y\n" + rows.joined(separator: "\n"))
        let (text, figures) = try both(csv, label: "y")
        #expect(figures.labelled == 12_500 && figures.rejected == 0)
        #expect(text.contains("max_classes: 16   # 3 in the sample"))
    }

    @Test func numberSpellingsAreTheSameOnBothWays() throws {
        let scratch = try Scratch()
        let lines = scratch.path("t.jsonl")
        #expect(try Program.run("generate", "-i", path("08-number-spellings.csv"), "-o", lines).code == 0)
        let direct = try evaluate(path("08.yaml"), path("08-number-spellings.csv")).0
        #expect(direct.labelled == 6)
        #expect(try evaluate(path("08.yaml"), lines).0 == direct)
    }

    @Test func aFieldThatIsNeverThereIsNamed() throws {
        let (figures, result) = try evaluate(path("09-feature-never-present.yaml"), path("09.jsonl"))
        #expect(figures.labelled == 20)
        #expect(
            result["remarks"] as? [String] == [
                "the feature 'amuont' had no value in 20 events (did you mean 'amount'?)"
            ])
    }

    @Test func columnsAreObeyedAndAMissingHeaderIsSuspected() throws {
        let (figures, result) = try evaluate(path("10-headerless.yaml"), path("10-headerless.csv"))
        #expect(figures.labelled == 3)
        #expect((result["remarks"] as? [String])?.first?.contains("has no header line") == true)
        for (command, file) in [("create", "10-headerless.csv"), ("create", "10-headerless-kdd.csv")] {
            let output = try Program.run(command, "--input", path(file), "--label", "y")
            #expect(output.code == 65 && output.stderr.contains("looks like data and not like columns' names"))
        }
        let evaluated = try Program.run("evaluate", path("17.yaml"), "--input", path("10-headerless-kdd.csv"))
        #expect(evaluated.code == 65 && evaluated.stderr.contains("input.columns"), "\(evaluated.stderr)")
    }

    @Test func rejectedRowsAreLoud() throws {
        let arguments = ["evaluate", path("17.yaml"), "--input", path("17-half-rejected.csv")]
        let output = try Program.run(arguments)
        #expect(output.code == 0)
        // Lines are broken at the terminal's width.
        let text = output.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for part in ["WARNING: 50.0 % of all records", "wrong_type 50", "csv:3: x is 'n/a': not a number", "csv:5:"] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        #expect(try Program.run(arguments + ["--fail-on-rejected"]).code == 1)
        let json = try Program.run(arguments + ["--json", "--fail-on-rejected"])
        #expect(json.code == 1 && json.stderr.contains("WARNING: 50.0 %"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [String: Any])
        let first = try #require((object["rejected"] as? [[String: Any]])?.first)
        #expect(first["row"] as? Int == 1 && first["field"] as? String == "x" && first["value"] as? String == "n/a")
        #expect((first["place"] as? String)?.hasSuffix("17-half-rejected.csv:3") == true)
    }

    @Test func yesAndNoAreBooleans() throws {
        #expect(try evaluate(path("23.yaml"), path("23-yes-no.csv")).0.labelled == 2)
        let scratch = try Scratch()
        let csv = try scratch.file("a.csv", "smoker,x,y\nperhaps,1,0\n")
        let output = try Program.run("evaluate", path("23.yaml"), "--input", csv)
        #expect(output.code == 65)
        #expect(output.stderr.contains("a.csv:2: smoker is 'perhaps': neither true nor false"), "\(output.stderr)")
    }

    @Test func fractionsOfASecondAreParsed() throws {
        let scratch = try Scratch()
        let predictions = scratch.path("p.jsonl")
        let output = try Program.run(
            "evaluate", path("25.yaml"), "--input", path("25-strptime-f.csv"), "--predictions", predictions)
        #expect(output.code == 0)
        #expect(try String(contentsOfFile: predictions, encoding: .utf8).contains("\"event_time\":1553372469500"))
    }
}
