import Foundation
import Testing

@Suite("What the program writes: into what is there, never past a failure, nothing that a terminal obeys")
struct OutputTests {
    private let rows = "x,y\n" + (0..<300).map { "\($0 % 7),\($0 % 2)\n" }.joined()

    @Test(arguments: [
        ["list", "--json"], ["list"], ["schema"], ["describe", "adwin"], ["generate", "sea"], ["--help"], ["--version"],
        ["completions", "bash"], ["lint", "FILE", "--json"], ["test", "FILE"],
        ["doctor", "--bootstrap", "127.0.0.1:1"],
        ["evaluate", "--input", "ROWS", "--label", "y", "--json"], ["evaluate", "--input", "ROWS", "--label", "y"],
        ["evaluate", "--input", "ROWS", "--label", "y", "--predictions", "-"],
        ["create", "--input", "ROWS", "--label", "y"], ["demo", "--seconds", "1"],
    ])
    func aFullDiskIsAnError(arguments: [String]) throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows)
        let file = Program.root.appendingPathComponent("topologies/friedman.yaml").path
        let words = arguments.map { $0 == "FILE" ? file : $0 == "ROWS" ? csv : $0 }
        let output = try Program.shell("\"$@\" >/dev/full", ["x", Program.url.path] + words)
        #expect(output.code == 70, "\(arguments): \(output.code) \(output.stderr)")
        #expect(output.stderr.contains("stdout: writing failed: No space left on device"))
    }

    @Test func devicesPipesAndLinksStayWhatTheyAre() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows)
        let target = try scratch.file("target", "old")
        let link = scratch.path("link"), pipe = scratch.path("pipe"), kept = try scratch.file("kept", "old")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        #expect(mkfifo(pipe, 0o600) == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: kept)
        let evaluate = ["evaluate", "--input", csv, "--label", "y", "--json"]
        for path in [link, kept] {
            #expect(try Program.run(evaluate + ["--predictions", path]).code == 0)
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
        #expect(try String(contentsOfFile: target, encoding: .utf8).hasPrefix("{\"id\":"))
        let mode = try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let read = try Program.shell(
            "cat '\(pipe)' >'\(pipe).out' & \"$@\"; code=$?; wait; exit $code",
            ["x", Program.url.path, "generate", "sea", "--events", "20", "--output", pipe])
        #expect(read.code == 0)
        #expect(try String(contentsOfFile: pipe + ".out", encoding: .utf8).split(separator: "\n").count == 20)
        #expect(try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType != .typeRegular)
        if FileManager.default.fileExists(atPath: "/dev/full") {
            #expect(try Program.run("generate", "sea", "--output", "/dev/full").code == 70)
            let type = try FileManager.default.attributesOfItem(atPath: "/dev/full")[.type] as? FileAttributeType
            #expect(type == .typeCharacterSpecial)
        }
    }

    @Test func theInstanceFollowsNoLink() throws {
        let scratch = try Scratch()
        let victim = try scratch.file("victim", "precious")
        let topology = try scratch.file(
            "t.yaml",
            "name: t\nkafka: {bootstrap: \"127.0.0.1:1\"}\ninput: {topic: a}\nfeatures: {x: numeric}\n"
                + "label: {field: y, type: binary}\n")
        try FileManager.default.createDirectory(atPath: scratch.path("t/0"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: scratch.path("t/0/instance"), withDestinationPath: victim)
        let output = try Program.run("run", topology, "--state-dir", scratch.url.path)
        #expect(output.code == 69)
        #expect(output.stderr.contains("a link is not followed"))
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
        try FileManager.default.removeItem(atPath: scratch.path("t/0"))
        try FileManager.default.createDirectory(atPath: scratch.path("elsewhere"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("t/0"), withDestinationPath: scratch.path("elsewhere"))
        #expect(try Program.run("run", topology, "--state-dir", scratch.url.path).code == 69)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("elsewhere")).isEmpty)
    }

    /// `make demo` as root installed without a word of what.
    @Test func whatIsMissingIsSaidAndNotInstalledUnasked() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-query") else { return }
        let scratch = try Scratch()
        for (name, text) in [("dpkg-query", "exit 1"), ("apt-get", "touch \"$MARK\""), ("sudo", "exit 1")] {
            let file = try scratch.file(name, "#!/bin/sh\n\(text)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        let path = scratch.url.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        let script = Program.root.appendingPathComponent("scripts/system-packages")
        let output = try Program.run(
            ["build"], environment: ["PATH": path, "MILLRACE_INSTALL": "no", "MARK": scratch.path("mark")],
            program: script)
        #expect(output.code == 69)
        #expect(output.stderr.contains("librdkafka-dev"), "\(output.stderr)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("mark")))
    }

    @Test func nothingThatATerminalObeysIsShown() throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "t.yaml",
            "name: t\n\"k\\e]0;owned\\a\": 1\nfeatures: {\"x\\e[2J\": \"n\\e[2J\"}\nlabel: {field: y, type: binary}\n"
                + "tests: [{name: \"t\\e[2J\", generate: {stream: sea}, expect: [{accuracy: 2}]}]\n")
        let csv = try scratch.file("rows.csv", "x\u{1B}[2J,y\n" + (0..<50).map { "\($0 % 3),\($0 % 2)\n" }.joined())
        for arguments in [
            ["lint", file], ["lint", file, "--json"], ["test", file], ["doctor", file, "--bootstrap", "127.0.0.1:1"],
            ["lint", scratch.path("no\u{1B}[2J.yaml")], ["evaluate", "--input", csv, "--label", "y"],
            ["evaluate", "--input", csv, "--label", "z"], ["create", "--input", csv, "--label", "y"],
            ["bad\u{1B}[2J"],
        ] {
            let output = try Program.run(arguments)
            #expect(!(output.stdout + output.stderr).contains("\u{1B}"), "\(arguments)")
        }
    }
}
