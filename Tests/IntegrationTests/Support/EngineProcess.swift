import Foundation

/// A running `millrace`, as a user or an operating system sees it: arguments, environment, signals, exit code, streams.
final class EngineProcess {
    let process = Process()
    private let folder: String

    /// Starts it; standard output and error go to files.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        folder = NSTemporaryDirectory() + "millrace-run-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: Place.millrace)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        for (name, isError) in [("stdout", false), ("stderr", true)] {
            _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil)
            let handle = FileHandle(forWritingAtPath: "\(folder)/\(name)")!
            if isError { process.standardError = handle } else { process.standardOutput = handle }
        }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    var output: String { (try? String(contentsOfFile: "\(folder)/stdout", encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: "\(folder)/stderr", encoding: .utf8)) ?? "" }
    var isRunning: Bool { process.isRunning }

    /// The end of standard error, and before it whatever a crash said ahead of its long list of threads.
    var lastWords: String {
        let lines = errors.split(separator: "\n")
        let crash = lines.firstIndex {
            $0.contains("ssert") || $0.contains("crashed") || $0.contains("Fatal error:") && $0.contains(".swift")
        }
        let before = crash.map {
            lines[max(0, $0 - 20)..<min(lines.count, $0 + 20)].joined(separator: "\n") + "\n...\n"
        }
        return (before ?? "") + lines.suffix(20).joined(separator: "\n")
    }

    /// Waits until the line `ready` stands on standard error.
    func waitUntilReady(seconds: Double = 60) -> Bool {
        wait(seconds) { errors.split(separator: "\n").contains { $0 == "ready" } || !isRunning } && isRunning
    }

    /// Waits for the end; nil if it did not come.
    func waitForExit(seconds: Double = 120) -> Int32? {
        guard wait(seconds, until: { !isRunning }) else { return nil }
        return process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    @discardableResult
    func wait(_ seconds: Double, until condition: () -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            if condition() { return true }
            usleep(20_000)
        }
        return condition()
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], seconds: Double = 120
    ) throws -> (status: Int32, output: String, errors: String) {
        let run = try EngineProcess(arguments, environment: environment)
        let status = run.waitForExit(seconds: seconds)
        return (status ?? -999, run.output, run.errors)
    }
}
