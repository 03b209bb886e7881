import Foundation
import Testing

@Suite struct ExitCodeTests {
    @Test(arguments: [
        ([], "a command is missing"),
        (["evalute"], "did you mean `evaluate`?"),
        (["evaluate"], "needs `--input FILE` or `--topic TOPIC`"),
        (["evaluate", "--topic", "t"], "needs a topology file"),
        (["evaluate", "--input", "x.csv", "--label", "x", "--model", "hoefding_tree"], "hoeffding_tree"),
        (["run"], "FILE… is missing"),
        (["describe", "hoefding_tree"], "did you mean `hoeffding_tree`?"),
        (["generate"], "needs a STREAM"),
        (["generate", "see"], "did you mean `sea`?"),
        (["generate", "sea", "--param", "wave=1"], "has no parameter wave"),
        (["generate", "sea", "--rate", "fast"], "needs a number above 0"),
        (["generate", "--input", "x.csv", "--output", "y.csv"], "written as JSON"),
        (["demo", "--seconds", "0"], "needs a whole number"),
        (["create", "--input", "x.csv"], "`--label FIELD`"),
    ])
    func usageIs64(arguments: [String], message: String) throws {
        let output = try Program.run(arguments)
        #expect(output.code == 64, "\(output.stderr)")
        #expect(output.stderr.contains(message), "\(output.stderr)")
        #expect(output.stdout.isEmpty)
    }

    @Test(arguments: [
        ["evaluate", "--input", "no-such-file.csv", "--label", "x"], ["run", "no-such-file.yaml"],
        ["lint", "no-such-file.yaml"], ["generate", "--input", "no-such-file.csv"],
        ["create", "--input", "no-such-file.csv", "--label", "x"], ["state", "ls", "no-such-file.yaml"],
    ])
    func aMissingFileIs65(arguments: [String]) throws {
        let output = try Program.run(arguments)
        #expect(output.code == 65)
        #expect(output.stderr.contains("no such file"))
    }

    @Test func inputDataIs65() throws {
        let scratch = try Scratch()
        #expect(try Program.run("lint", scratch.url.path).stderr.contains("is a folder"))
        let csv = try scratch.file("a.csv", "x,y\n1,0\n2,1\n3,0\n")
        let output = try Program.run("evaluate", "--input", csv, "--label", "z")
        #expect(output.code == 65)
        #expect(output.stderr.contains("has no field 'z'"))
        let odd = try scratch.file("a.xml", "<x/>")
        #expect(try Program.run("generate", "--input", odd).code == 65)
    }

    @Test func findingsAre1() throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "t.yaml",
            """
            name: t
            input: {topic: t}
            features: {x: numeric}
            label: {field: y, type: binary}
            models: {a: {hoeffding_tree: {grace_perod: 1}}}
            """)
        let output = try Program.run("lint", file)
        #expect(output.code == 1)
        #expect(output.stdout.contains("t.yaml:5:"))
        #expect(output.stdout.contains("did you mean 'grace_period'?"))
        #expect(try Program.run("run", file).code == 1)
        let json = try JSONSerialization.jsonObject(with: Data(try Program.run("lint", file, "--json").stdout.utf8))
        let finding = try #require((json as? [[String: Any]])?.first)
        #expect(finding["line"] as? Int == 5)
        #expect(finding["severity"] as? String == "error")
    }

    @Test func noBrokerIs69() throws {
        let scratch = try Scratch()
        let data = try scratch.file("s.csv", "x,y\n1,0\n2,1\n3,0\n")
        let topology = scratch.path("s.yaml")
        #expect(try Program.run("create", "--input", data, "--label", "y", "--output", topology).code == 0)
        let closed = ["KAFKA_BOOTSTRAP": "127.0.0.1:1"]
        let run = try Program.run(["run", topology, "--instance", "t"], environment: closed)
        #expect(run.code == 69, "\(run.stderr)")
        #expect(run.stderr.contains("no broker answers at 127.0.0.1:1"))
        let list = try Program.run(["state", "ls", topology], environment: closed)
        #expect(list.code == 69)
        #expect(list.stderr.contains("no broker answers at 127.0.0.1:1"))
        #expect(try Program.run("doctor", "--bootstrap", "127.0.0.1:1").code == 69)
        #expect(try Program.run("generate", "sea", "--topic", "t", "--bootstrap", "127.0.0.1:1").code == 69)
    }

    @Test func helpIsEverywhere() throws {
        let help = try Program.run("--help")
        #expect(help.code == 0)
        let commands = help.stdout.components(separatedBy: "Commands:\n")[1].components(separatedBy: "\n\n")[0]
            .split(separator: "\n").map { $0.dropFirst(2).components(separatedBy: "  ")[0] }
        #expect(commands.count > 12)
        for command in commands {
            let output = try Program.run(command.split(separator: " ").map(String.init) + ["--help"])
            #expect(output.code == 0)
            #expect(output.stdout.contains("Usage: millrace \(command)"))
            #expect(!output.stdout.contains("\u{1B}"))
        }
    }

    @Test func versionNamesTheLibraryAndTheNumerics() throws {
        let output = try Program.run("--version")
        #expect(output.stdout.hasPrefix("millrace "))
        #expect(output.stdout.contains("\nlibrdkafka "))
        #expect(output.stdout.contains("\nnumerics "))
    }
}
