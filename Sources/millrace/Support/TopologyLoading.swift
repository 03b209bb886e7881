import Console
import Foundation
import KafkaClient
import Topology

extension Invocation {
    /// `--set path=value`, in order.
    func overrides() throws(CommandFailure) -> [(path: String, value: String)] {
        var overrides: [(path: String, value: String)] = []
        for text in texts("set") {
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw CommandFailure(
                    .usage, "millrace: `--set \(text)`: needs PATH=VALUE\ntry `millrace \(command) --help`")
            }
            overrides.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
        }
        return overrides
    }

    /// The plan of a topology file, with `--set`, further overrides and the environment.
    func topology(_ path: String, and further: [(path: String, value: String)] = []) throws -> TopologyPlan {
        let (plan, findings) = try check(path, and: further)
        guard let plan else { throw TopologyErrors(findings.filter { $0.severity == .error }) }
        for finding in findings { Terminal.printError(Printable.text(finding.description)) }
        return plan
    }

    /// The plan of a topology file, and all findings.
    func check(
        _ path: String, and further: [(path: String, value: String)] = [], looksAtFiles: Bool = false
    ) throws(CommandFailure) -> (TopologyPlan?, [Finding]) {
        try requireFile(path)
        return TopologyFile.check(
            path: path, environment: ProcessInfo.processInfo.environment, overrides: try overrides() + further,
            looksAtFiles: looksAtFiles, isKnownKafkaProperty: Self.knowsKafkaProperty)
    }

    /// Throws where there is nothing to read; `-` is standard input.
    func requireInput(_ path: String) throws(CommandFailure) {
        if path != "-" { try requireFile(path) }
    }

    /// Throws where there is nothing to read.
    func requireFile(_ path: String) throws(CommandFailure) {
        var isFolder: ObjCBool = false
        let files = FileManager.default
        let mistake =
            !files.fileExists(atPath: path, isDirectory: &isFolder)
            ? "no such file"
            : isFolder.boolValue ? "is a folder" : files.isReadableFile(atPath: path) ? nil : "may not be read"
        if let mistake { throw CommandFailure(.inputData, "millrace: \(path): \(mistake)") }
    }

    private static func knowsKafkaProperty(_ name: String) -> (known: Bool, suggestion: String?) {
        KafkaProperties.isKnown(name) ? (true, nil) : (false, KafkaProperties.nearest(to: name))
    }
}
