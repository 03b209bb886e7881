import Foundation
import Testing

/// Inputs of our own, beside those of `FieldTests`: each kind of fault at least three times.
@Suite struct OwnInputTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func create(_ text: String, _ name: String = "t.csv", label: String = "y") throws -> (
        String, Program.Output
    ) {
        let path = try scratch.file(name, text)
        let topology = scratch.path("t.yaml")
        let output = try Program.run("create", "-i", path, "-l", label, "-o", topology, "--force")
        return ((try? String(contentsOfFile: topology, encoding: .utf8)) ?? "", output)
    }

    /// The figures of a file, and of what `generate` makes of it: they are the same.
    private func figures(_ name: String, _ topology: String = "t.yaml") throws -> [String: Any] {
        var results: [[String: Any]] = []
        let lines = scratch.path("generated.jsonl")
        #expect(try Program.run("generate", "-i", scratch.path(name), "-o", lines).code == 0)
        for input in [scratch.path(name), lines] {
            let output = try Program.run("evaluate", scratch.path(topology), "-i", input, "--json")
            try #require(output.code == 0, "\(output.stderr)")
            results.append(
                try #require(try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any]))
        }
        #expect(results[0]["digest"] as? String == results[1]["digest"] as? String)
        #expect(results[0]["labelled"] as? Int == results[1]["labelled"] as? Int)
        return results[0]
    }

    private func rows(_ count: Int, _ row: (Int) -> String) -> String { (0..<count).map { row($0) + "\n" }.joined() }

    /// Heads of files, and what `create` says of them.
    @Test(arguments: [
        ("x , s,y", ["x: numeric", "s: {kind: cat"]), ("x,s,y", ["x: numeric", "type: binary"]),
        ("x;s;y", ["decimal: comma", "x: numeric"]), ("x\ts\ty", ["x: numeric", "# s: left out, it has no value"]),
        ("x|s|y", ["15 numbers and 5 'NULL'", "# s: left out"]),
    ])
    func cellsAreTheSameOnEveryWay(head: String, lines: [String]) throws {
        func row(_ i: Int) -> String {
            switch head {
            case "x , s,y": "\(i) , \(["red ", " blue"][i % 2]),\(i % 2)"
            case "x,s,y": "\"\(i).5\",TRUE,\(i % 3 == 0 ? "on" : "off")"
            case "x;s;y": "+\(i),5;\(i % 2 == 0 ? "ja" : "nein");\(i % 2)"
            case "x\ts\ty": "0\(i)\t \t\(i % 2)"
            default: "\(i % 4 == 0 ? "NULL" : "\(i)")|?|\(i % 2)"
            }
        }
        let (text, output) = try create(head + "\n" + rows(20, row))
        #expect(output.code == 0, "\(output.stderr)")
        for line in lines { #expect(text.contains(line), "\(line) in \(text)") }
        let result = try figures("t.csv")
        #expect(result["labelled"] as? Int == 20 && result["dead_letters"] as? Int == 0)
    }

    @Test(arguments: [
        ("unknown", "x: {kind: numeric, missing: [unknown]}", 0), ("NaN", "x: {kind: numeric, missing: [NaN]}", 0),
        ("n/a", "x: {kind: numeric, missing: [\"n/a\"]}", 0), ("12abc", "missing: [12abc]", 0),
        ("-", "missing: [\"-\"]", 0), ("no", "x: {kind: numeric, missing: [\"no\"]}", 0),
    ])
    func oneOddCellDecidesNothing(cell: String, line: String, rejected: Int) throws {
        let (text, _) = try create("x,y\n" + rows(40) { "\($0 == 7 ? cell : "\($0)"),\($0 % 2)" })
        #expect(
            text.replacingOccurrences(of: "\"", with: "").contains(line.replacingOccurrences(of: "\"", with: "")),
            "\(text)")
        #expect(try figures("t.csv")["dead_letters"] as? Int == rejected)
        #expect(try Program.run("test", scratch.path("t.yaml")).code == 0)
    }

    @Test func aRepeatedHeaderAndABrokenLineDecideNothing() throws {
        let (csv, _) = try create("x,y\n" + rows(30) { $0 == 9 ? "x,y" : "\($0),\($0 % 2)" })
        #expect(csv.contains("x: numeric\n") && csv.contains("classes: [0, 1]"))
        #expect(csv.contains("# Beware: the line of the columns' names comes once more"))
        let (json, _) = try create(
            rows(30) { $0 == 3 ? "{\"x\":3," : "{\"x\":\($0),\"y\":\($0 % 2 == 0)}" }, "t.jsonl")
        #expect(json.contains("x: numeric\n") && json.contains("1 of 30 records cannot be read, the first is"))
        #expect(json.contains("t.jsonl:4:8: not JSON"))
        let (ragged, _) = try create("x,y\n" + rows(30) { $0 == 5 ? "1,2,3" : "\($0),\($0 % 2)" })
        #expect(ragged.contains("3 fields where there are 2 columns"))
    }

    @Test func whatIsNotKnownStaysOpen() throws {
        // One truth value of two, three words, an id that comes twice behind the first thousand.
        let (text, _) = try create(
            "a,b,order_id,y\n"
                + rows(1500) { "no,\(["yes", "no", "perhaps"][$0 % 3]),\($0 == 1499 ? 3 : $0),\($0 % 2)" })
        #expect(text.contains("a: {kind: categorical") && text.contains("b: {kind: categorical"), "\(text)")
        #expect(!text.contains("id: order_id   # every value came once"))
        let (label, _) = try create("x,y\n" + rows(60) { "\($0),\($0 % 5)" })
        #expect(label.contains("type: multiclass") && !label.contains("classes: ["))
    }

    @Test func createWritesNothingThatLintRefusesAndOverNothing() throws {
        for (name, head) in [
            ("a b.csv", "x y,${A},y"), ("__x-state.csv", "on,null,y"), ("123.csv", "\"a: b\",\"#c\",y"),
        ] {
            let path = try scratch.file(name, head + "\n" + rows(10) { "\($0),\($0 + 1),\($0 % 2)" })
            let topology = scratch.path("\(name).yaml")
            #expect(try Program.run("create", "-i", path, "-l", "y", "-o", topology).code == 0)
            let lint = try Program.run("lint", topology)
            #expect(lint.code == 0, "\(lint.stdout)\(lint.stderr)")
            let again = try Program.run("create", "-i", path, "-l", "y", "-o", topology)
            #expect(again.code == 64 && again.stderr.contains("`--force` writes over it"))
            #expect(try Program.run("create", "-i", path, "-l", "y", "-o", topology, "--force").code == 0)
            let text = try String(contentsOfFile: topology, encoding: .utf8)
            #expect(text.hasPrefix("# yaml-language-server: $schema=") && text.contains("\ntests:"))
        }
    }

    @Test(arguments: [
        ("x: numeric", "17,1\nabc,0\n", "t.csv:3: x is 'abc': not a number (wrong_type)"),
        ("x: numeric", "1e999,1\n2,0\n", "t.csv:2: x is '1e999': beyond the range of a number (number_overflow)"),
        ("x: numeric", "1,1\n2,7\n", "t.csv:3: y is '7': none of the declared classes 0, 1 (unknown_class)"),
        ("x: numeric", "1,1\n1,2,3\n", "t.csv:3:6: 3 fields where there are 2 columns (broken_csv)"),
        ("x: numeric", "1,1\n\"1\" 2,0\n", "t.csv:3:5: text behind a closing quote (broken_csv)"),
        ("x: boolean", "yes,1\n2,0\n", "t.csv:3: x is '2': neither true nor false"),
    ])
    func whatWasRejectedIsTold(kind: String, rows: String, line: String) throws {
        _ = try scratch.file("t.csv", "x,y\n" + rows)
        _ = try scratch.file(
            "t.yaml",
            "name: t\nfeatures: {\(kind)}\nlabel: {field: y, type: binary, classes: [0, 1]}\n"
                + "tests: [{name: a, input: t.csv, expect: [{events: 1}]}]\n")
        for arguments in [
            ["evaluate", scratch.path("t.yaml"), "-i", scratch.path("t.csv")], ["test", scratch.path("t.yaml")],
        ] {
            let output = try Program.run(arguments)
            let text = output.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains(line), "\(line) in \(output.stdout)")
        }
        #expect(
            try Program.run(["evaluate", scratch.path("t.yaml"), "-i", scratch.path("t.csv"), "--fail-on-rejected"])
                .code == 1)
    }

    @Test(arguments: [
        ("t.csv", "x,y\n1,0\n\"2,1\n", "t.csv:3:1: a quote is opened and never closed"),
        ("t.csv", "x,y\n1,0\n2,1,5\n", "t.csv:3:6: 3 fields where there are 2 columns"),
        ("t.jsonl", "{\"x\":1}\n{\"x\":}\n", "t.jsonl:2:6: not JSON: not a value"),
        ("t.json", "[{\"x\":1},\n {\"x\" 2}]", "t.json:2:7: not JSON: a colon is missing"),
    ])
    func generateNamesWhatItCannotRead(name: String, text: String, message: String) throws {
        let output = try Program.run("generate", "-i", try scratch.file(name, text))
        #expect(output.code == 65 && output.stderr.contains(message), "\(output.stderr)")
    }

    /// Columns without a header, a separator that the file does not show, and missing words come from a topology.
    @Test func generateReadsAFileLikeATopology() throws {
        let topology = try scratch.file(
            "t.yaml",
            "name: t\ninput: {format: csv, columns: [x, y], separator: '|', missing: [none]}\n"
                + "features: {x: numeric}\nlabel: {field: y, type: binary, classes: [0, 1]}\n")
        let input = try scratch.file("t.csv", rows(8) { "\($0 == 3 ? "none" : "\($0).5")|\($0 % 2)" })
        let lines = scratch.path("t.jsonl")
        #expect(try Program.run("generate", "-i", input, "--like", topology, "-o", lines).code == 0)
        let text = try String(contentsOfFile: lines, encoding: .utf8)
        #expect(
            text.hasPrefix("{\"x\":0.5,\"y\":0}\n") && text.contains("\n{\"y\":1}\n{\"x\":4.5,\"y\":0}\n"), "\(text)")
        let digests = try [input, lines].map { path in
            let output = try Program.run("evaluate", topology, "-i", path, "--json")
            return try #require(JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any])[
                "digest"]
                as? String
        }
        #expect(digests[0] != nil && digests[0] == digests[1])
        #expect(try Program.run("generate", "sea", "--like", topology).code == 64)
    }

    @Test(arguments: [("q.csv", "te\"xt"), ("r.csv", "text\"")])
    func twoStrayQuotesAreTold(name: String, last: String) throws {
        let input = try scratch.file(
            name,
            "x,y,z\n" + rows(3000) { "\($0),\($0 % 2),\($0 == 100 ? "\"text" : $0 == 2100 ? last : "text")" })
        let output = try Program.run("evaluate", "-i", input, "-l", "y", "-m", "majority")
        let text = (output.stderr + output.stdout).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("\(name):102: the record spans 2001 lines: is a quote left open there?"), "\(text)")
    }

    @Test func badBytesAreToldWithTheirPlace() throws {
        let path = scratch.path("t.csv")
        try Data("x,y\n1,0\n2,caf".utf8 + [0xe9, 0x0a]).write(to: URL(fileURLWithPath: path))
        for arguments in [["generate", "-i", path], ["evaluate", "-i", path, "-l", "x", "-m", "majority"]] {
            let output = try Program.run(arguments)
            let text = (output.stderr + output.stdout).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains("t.csv:3:6: bytes that are not UTF-8"), "\(output)")
        }
    }

    @Test(arguments: [
        (
            "features: {amount: numeric}", "{\"pay\":{\"amount\":1},\"y\":1}",
            "'amount' had no value in 1 event (did you mean 'pay.amount'?)"
        ),
        ("features: {x: numeric}", "{\"x\":1,\"Y \":1}", "the label 'y' had no value"),
        (
            "input: {id: idd}\nfeatures: {x: numeric}", "{\"x\":1,\"id\":3,\"y\":0}",
            "the id 'idd' had no value in 1 event (did you mean 'id'?)"
        ),
        ("input: {time: when}\nfeatures: {x: numeric}", "{\"x\":1,\"y\":0}", "the time 'when' had no value"),
    ])
    func fieldsThatNeverCome(part: String, record: String, remark: String) throws {
        let topology = try scratch.file("t.yaml", "name: t\n\(part)\nlabel: {field: y, type: binary}\n")
        let output = try Program.run("evaluate", topology, "-i", try scratch.file("t.jsonl", record))
        #expect(
            output.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(remark), "\(output)")
    }

    @Test func compressedFilesAndStandardInput() throws {
        _ = try create("x,y\n" + rows(50) { "\($0),\($0 % 2)" })
        let plain = try figures("t.csv")["digest"] as? String
        let path = scratch.path("t.csv"), topology = scratch.path("t.yaml")
        #expect(try Program.shell("gzip -k \"$0\"", [path]).code == 0)
        for line in [
            "\"$0\" evaluate \"$1\" -i \"$2.gz\" --json", "\"$0\" evaluate \"$1\" -i - --json < \"$2\"",
            "cat \"$2.gz\" | \"$0\" evaluate \"$1\" -i - --json",
            "\"$0\" generate -i - < \"$2\" | \"$0\" evaluate \"$1\" -i - --json",
        ] {
            let output = try Program.shell(line, [Program.url.path, topology, path])
            let object = try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any]
            #expect(object?["digest"] as? String == plain, "\(line): \(output.stderr)")
        }
        let made = try Program.shell(
            "cat \"$1\" | \"$0\" evaluate -i - -l y -m majority", [Program.url.path, path])
        #expect(made.code == 0 && made.stdout.contains("50 events"), "\(made)")
        let created = try Program.shell("cat \"$1\" | \"$0\" create -i - -l y", [Program.url.path, path])
        #expect(created.code == 0 && !created.stdout.contains("tests:"), "\(created)")
    }

    @Test func headerlessFilesAndOtherSeparators() throws {
        let topology = try scratch.file(
            "t.yaml",
            "name: t\ninput: {topic: t, format: csv, columns: [a, b, y], separator: \";\", decimal: comma}\n"
                + "features: {a: numeric, b: boolean}\nlabel: {field: y, type: binary}\n")
        for (name, text) in [
            ("a.csv", "1,5;yes;0\n2,5;no;1\n"), ("b.csv", "a;b;y\n1,5;yes;0\n2,5;no;1\n"),
            ("c.csv", "y;b;a\n0;t;1,5\n1;f;2.5\n"),
        ] {
            let output = try Program.run("evaluate", topology, "-i", try scratch.file(name, text), "--json")
            let object = try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any]
            #expect(
                object?["labelled"] as? Int == 2 && object?["dead_letters"] as? Int == 0, "\(name): \(output.stderr)")
        }
    }

    @Test func worseThanABaselineIsAFailureWhenAsked() throws {
        let csv = try scratch.file("t.csv", "x,y\n" + rows(400) { "\($0 * 7919 % 13),\($0 / 100 % 2)" })
        let arguments = ["evaluate", "-i", csv, "-l", "y", "-m", "majority"]
        #expect(try Program.run(arguments).code == 0)
        let worse = try Program.run(arguments + ["--fail-if-worse"])
        #expect(worse.code == 1 && worse.stderr.contains("a baseline does better"))
        let good = try scratch.file("g.csv", "x,y\n" + rows(400) { "\($0 % 2),\($0 % 2)" })
        #expect(try Program.run("evaluate", "-i", good, "-l", "y", "-m", "hoeffding_tree", "--fail-if-worse").code == 0)
    }
}
