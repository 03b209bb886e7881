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
        try requireFile(path)
        return try TopologyFile.load(
            path: path, environment: ProcessInfo.processInfo.environment, overrides: try overrides() + further,
            isKnownKafkaProperty: Self.knowsKafkaProperty)
    }

    /// The plan of a topology's text, and all findings.
    func check(_ path: String) throws -> (TopologyPlan?, [Finding]) {
        try requireFile(path)
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(.inputData, "\(path): is not UTF-8 text")
        }
        return TopologyFile.check(
            text: text, file: path, environment: ProcessInfo.processInfo.environment, overrides: try overrides(),
            isKnownKafkaProperty: Self.knowsKafkaProperty)
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
