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
        try invocation.requireFile(input)
        let text: String
        do throws(SampleError) {
            text = try TopologyCreate.fromSample(
                path: input, label: label, topic: invocation.text("topic"), file: sampleName(input, invocation))
        } catch { throw CommandFailure(.inputData, error.message) }
        guard let output = invocation.text("output") else {
            Terminal.print(text, terminator: "")
            return .done
        }
        if FileManager.default.fileExists(atPath: output), !output.hasPrefix("/dev/"), output != "-",
            !invocation.has("force")
        {
            throw CommandFailure(.usage, "millrace: \(output) is there already: `--force` writes over it")
        }
        let file = try OutputFile(output)
        try file.write(text)
        try file.close()
        Terminal.printError("wrote \(output); check it with `millrace lint \(output)`")
        return .done
    }

    /// The sample as the topology's tests name it: relative to the topology's folder where that is not this one.
    private static func sampleName(_ input: String, _ invocation: Invocation) -> String {
        guard let output = invocation.text("output"), output.contains("/"), !input.hasPrefix("/") else { return input }
        return URL(fileURLWithPath: input).standardizedFileURL.path
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
            Option("input", short: "i", .file, "The sample; the format goes by its extension"),
            Option("label", short: "l", .text("FIELD"), "The field to predict"),
            Option("topic", .text("TOPIC"), "The input topic; else the file's name"),
            Option("output", short: "o", .file, "Where to write it; else stdout"),
            Option("force", .flag, "Write over a file that is there"),
        ], examples: ["millrace create --input sample.csv --label class > topology.yaml"])
}
