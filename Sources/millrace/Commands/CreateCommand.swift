import Console
import Foundation
import Topology

/// `millrace create`: a commented topology from a sample.
enum CreateCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        guard let input = invocation.text("input"), let label = invocation.text("label") else {
            throw CommandFailure(
                .usage, "millrace: `--input FILE` and `--label FIELD` are needed\ntry `millrace create --help`")
        }
        try invocation.requireInput(input)
        let output = invocation.text("output").flatMap { $0 == "-" ? nil : $0 }
        if let output, FileManager.default.fileExists(atPath: output), !output.hasPrefix("/dev/"),
            !invocation.has("force")
        {
            throw CommandFailure(.usage, "millrace: \(output) is there already: `--force` writes over it")
        }
        let text: String
        do throws(SampleError) {
            text = try TopologyCreate.fromSample(
                path: input, label: label, topic: invocation.text("topic"),
                file: input == "-" ? nil : SamplePath.relative(input, besides: output ?? SamplePath.standardOutput))
        } catch { throw CommandFailure(.inputData, error.message) }
        try check(text, output ?? "topology.yaml")
        guard let output else {
            Terminal.print(text, terminator: "")
            return .done
        }
        let file = try OutputFile(output)
        try file.write(text)
        try file.close()
        Terminal.printError("wrote \(output); check it with `millrace lint \(output)`")
        return .done
    }

    /// Nothing is written that `lint` would refuse.
    private static func check(_ text: String, _ file: String) throws(CommandFailure) {
        let (_, findings) = TopologyFile.check(
            text: text, file: file, environment: ProcessInfo.processInfo.environment, overrides: [])
        guard !findings.isEmpty else { return }
        let list = findings.map { $0.description }.joined(separator: "\n")
        throw CommandFailure(
            .inputData,
            "this sample makes no topology that `millrace lint` takes:\n\(list)\nwritten would have been:\n\(text)")
    }
}

/// How a topology names its sample.
enum SamplePath {
    /// The file that stdout goes to, a name in this folder where it is a terminal, nil where nobody knows.
    static var standardOutput: String? {
        if Terminal.outputIsTerminal { return "topology.yaml" }
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/1")
        return target.flatMap { FileManager.default.fileExists(atPath: $0) && !$0.hasPrefix("/dev/") ? $0 : nil }
    }

    /// The path of a file seen from the folder of another one, which may not be known; as it is where it is absolute.
    static func relative(_ path: String, besides file: String?) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let file else { return URL(fileURLWithPath: path).standardizedFileURL.path }
        let target = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
        let folder = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().pathComponents
        let common = zip(target, folder).prefix { $0 == $1 }.count
        return ([String](repeating: "..", count: folder.count - common) + target[common...]).joined(separator: "/")
    }
}

extension CreateCommand: ProgramCommand {
    static let command = Command(
        "create", "Write a topology from a sample",
        details: """
            Reads a whole CSV or JSON file, infers the features' kinds, and writes a commented topology with a test; what it \
            left out and what is odd in the file stands in its comments.
            """,
        options: [
            Option(
                "input", short: "i", .file,
                "The sample: CSV or JSON by its extension, which .gz or .zst may follow; - is stdin"),
            Option("label", short: "l", .text("FIELD"), "The field to predict"),
            Option("topic", .text("TOPIC"), "The input topic; else the file's name"),
            Option("output", short: "o", .file, "Where to write it; else stdout"),
            Option("force", .flag, "Write over a file that is there"),
        ], examples: ["millrace create --input sample.csv --label class > topology.yaml"])
}
