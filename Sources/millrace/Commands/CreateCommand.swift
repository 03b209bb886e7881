import Console
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
            text = try TopologyCreate.fromSample(path: input, label: label, topic: invocation.text("topic"))
        } catch { throw CommandFailure(.inputData, error.message) }
        guard let output = invocation.text("output") else {
            Terminal.print(text, terminator: "")
            return .done
        }
        let file = try OutputFile(output)
        try file.write(text)
        try file.close()
        Terminal.printError("wrote \(output); check it with `millrace lint \(output)`")
        return .done
    }
}

extension CreateCommand: ProgramCommand {
    static let command = Command(
        "create", "Write a topology from a sample",
        details: "Reads a CSV or JSON-lines file, infers the features' kinds, and writes a commented topology.",
        options: [
            Option("input", short: "i", .file, "The sample; the format goes by its extension"),
            Option("label", short: "l", .text("FIELD"), "The field to predict"),
            Option("topic", .text("TOPIC"), "The input topic; else the file's name"),
            Option("output", short: "o", .file, "Where to write it; else stdout"),
        ], examples: ["millrace create --input sample.csv --label class > topology.yaml"])
}
