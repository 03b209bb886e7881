import Foundation
import Testing

/// The built program, beside the test bundle.
enum Program {
    struct Output {
        var code: Int32
        var stdout: String
        var stderr: String
    }

    static let url: URL = {
        #if os(Linux)
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }!.bundleURL
        #endif
        return bundle.deletingLastPathComponent().appendingPathComponent("millrace")
    }()

    /// The repository's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs it to its end; both outputs go to files, so that none can block it.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], program: URL = url
    ) throws -> Output {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try ["out", "err"].map { name in
            let file = folder.appendingPathComponent(name)
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            return (file, try FileHandle(forWritingTo: file))
        }
        process.standardOutput = files[0].1
        process.standardError = files[1].1
        try process.run()
        process.waitUntilExit()
        return Output(
            code: process.terminationStatus, stdout: try String(contentsOf: files[0].0, encoding: .utf8),
            stderr: try String(contentsOf: files[1].0, encoding: .utf8))
    }

    /// A shell's command line; `arguments` are $0, $1 and so on.
    static func shell(_ line: String, _ arguments: [String]) throws -> Output {
        try run(["-c", line] + arguments, program: URL(fileURLWithPath: "/bin/sh"))
    }

    static func run(_ arguments: String...) throws -> Output { try run(arguments) }

    /// JSON of stdout.
    static func json(_ arguments: String...) throws -> Any {
        let output = try run(arguments)
        try #require(output.code == 0, "\(output.stderr)")
        return try JSONSerialization.jsonObject(with: Data(output.stdout.utf8))
    }

    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}

/// A folder that is gone after the test.
final class Scratch {
    let url: URL

    init() throws { url = try Program.temporaryFolder() }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it, with that text.
    func file(_ name: String, _ text: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
