import Foundation
import Testing

@Suite("lint and test say what they looked at, and programs get JSON of errors too")
struct FindingCommandTests {
    private let good = "name: a\nfeatures: {x: numeric}\nlabel: {field: y, type: binary}\n"

    @Test func lintSaysHowManyFilesItSaw() throws {
        let scratch = try Scratch()
        let a = try scratch.file("a.yaml", good)
        let b = try scratch.file("b.yaml", good.replacingOccurrences(of: "name: a", with: "name: b"))
        #expect(try Program.run("lint", a, b).stderr == "2 files, no findings\n")
        let bad = try scratch.file("c.yaml", "name: c\nsed: 1\nfeatures: {x: numeric}\nlabel: {type: none}\n")
        let output = try Program.run("lint", a, bad)
        #expect(output.code == 1 && output.stderr == "2 files, 1 error\n")
    }

    @Test func oneBadFileHidesNothingOfTheOthers() throws {
        let scratch = try Scratch()
        let latin = scratch.path("latin.yaml")
        try Data("name: a\nlabel: {field: gr\u{F6}\u{DF}e}\n".unicodeScalars.map { UInt8($0.value) })
            .write(to: URL(fileURLWithPath: latin))
        let bad = try scratch.file("bad.yaml", "name: c\nsed: 1\n")
        let output = try Program.run("lint", latin, scratch.path("absent.yaml"), bad)
        #expect(output.code == 65)
        #expect(output.stdout.contains("latin.yaml:2:18: the file is not UTF-8 text: byte 0xf6"), "\(output.stdout)")
        #expect(output.stdout.contains("absent.yaml: no such file"))
        #expect(output.stdout.contains("unknown key 'sed'"))
        #expect(try Program.run("lint", latin, bad).code == 1)
        let large = try scratch.file("large.yaml", String(repeating: "# a comment\n", count: 200_000))
        #expect(try Program.run("lint", large).stdout.contains("the file is larger than 1MiB"))
    }

    @Test func lintSeesToTheFilesOfTests() throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "a.yaml", good + "tests:\n  - {name: t, input: gone.csv, expect: [{accuracy: \"> 0\"}]}\n")
        let output = try Program.run("lint", file)
        #expect(output.code == 1)
        #expect(output.stdout.contains("a.yaml:5:22: the test's input 'gone.csv': no such file or directory"))
        #expect(mkfifo(scratch.path("gone.csv"), 0o600) == 0)
        #expect(try Program.run("lint", file).stdout.contains("is no regular file"))
        #expect(try Program.run("test", file).code == 1)
    }

    @Test func aSecretsPipeDoesNotHang() throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch.path("pipe"), 0o600) == 0)
        let file = try scratch.file(
            "a.yaml", good + "kafka: {properties: {sasl.password: \"file:\(scratch.path("pipe"))\"}}\n")
        #expect(try Program.run("lint", file).stdout.contains("is no regular file"))
    }

    @Test func aFileWithoutTestsIsAFinding() throws {
        let scratch = try Scratch()
        let a = try scratch.file("a.yaml", good)
        let output = try Program.run("test", a)
        #expect(output.code == 1 && output.stderr.contains("has no `tests:`"))
        let json = try JSONSerialization.jsonObject(with: Data(try Program.run("test", a, "--json").stdout.utf8))
        #expect((json as? [[String: Any]])?.first?["severity"] as? String == "error")
    }

    @Test func errorsAreJSONToo() throws {
        let scratch = try Scratch()
        let bad = try scratch.file("bad.yaml", "name: c\nsed: 1\n")
        for (arguments, code) in [
            (["evaluate", bad, "--input", bad, "--json"], 1), (["evaluate", "--json"], 64),
            (["evaluate", "--input", scratch.path("absent.csv"), "--label", "y", "--json"], 65),
            (["describe", "nonsense", "--json"], 64), (["list", "--json", "--bogus"], 64),
            (["state", "ls", bad, "--json"], 1),
        ] {
            let output = try Program.run(arguments)
            #expect(output.code == code)
            let object = try JSONSerialization.jsonObject(with: Data(output.stdout.utf8)) as? [String: Any]
            let error = object?["error"] as? [String: Any]
            #expect(error?["code"] as? Int == code, "\(arguments)")
            #expect((error?["message"] as? String)?.isEmpty == false)
        }
    }

    @Test func neighboursAreToldApart() throws {
        let scratch = try Scratch()
        let a = try scratch.file("a.yaml", good)
        let twin = try scratch.file("twin.yaml", good)
        #expect(try Program.run("lint", a, twin).code == 1)
        let other = try scratch.file(
            "b.yaml", good.replacingOccurrences(of: "name: a", with: "name: b") + "output: {topic: a-predictions}\n")
        let output = try Program.run("lint", a, other)
        #expect(output.code == 0 && output.stderr == "2 files, 1 warning\n")
        #expect(output.stdout.contains("warning: 'output.topic: a-predictions' is also written by"))
        let named = try scratch.file("named.yaml", good + "output: {topology: named}\n")
        let both = try scratch.file(
            "d.yaml",
            good.replacingOccurrences(of: "name: a", with: "name: d")
                + "output: {topic: a-predictions, topology: named}\n")
        #expect(try Program.run("lint", named, both).stderr == "2 files, no findings\n")
        #expect(try Program.run("lint", a, both).stderr == "2 files, 1 warning\n")
        let predictions = scratch.path("p.jsonl")
        let rows = try scratch.file("r.csv", "x,y\n1,0\n2,1\n")
        #expect(try Program.run("evaluate", both, "-i", rows, "--predictions", predictions).code == 0)
        let text = try String(contentsOfFile: predictions, encoding: .utf8)
        #expect(text.split(separator: "\n").allSatisfy { $0.contains("\"version\":1,\"topology\":\"d\"") }, "\(text)")
        let state = try scratch.file(
            "c.yaml", good.replacingOccurrences(of: "name: a", with: "name: c") + "output: {topic: a-state}\n")
        #expect(try Program.run("run", a, state, "--instance", "x").stderr.contains("is the topic of state of"))
        #expect(try Program.run("lint", state, a).code == 1)
    }
}
