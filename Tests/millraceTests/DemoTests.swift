import Foundation
import Testing

@Suite struct DemoTests {
    @Test func theDemoLearnsAndOtherProgramsCanReadItsTopics() throws {
        let scratch = try Scratch()
        let log = try scratch.file("out", "")
        let process = Process()
        process.executableURL = Program.url
        process.arguments = ["demo", "--seconds", "9", "--rate", "2000", "--plain"]
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        var bootstrap = ""
        let deadline = ContinuousClock.now + .seconds(30)
        while process.isRunning, ContinuousClock.now < deadline {
            Thread.sleep(forTimeInterval: 0.2)
            let text = try String(contentsOfFile: log, encoding: .utf8)
            guard let line = text.split(separator: "\n").first(where: { $0.contains("kcat -b") }),
                text.contains("champion tree")
            else { continue }
            bootstrap = String(line.split(separator: " ")[4])
            break
        }
        let records = try kcat(bootstrap)
        process.waitUntilExit()
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(process.terminationStatus == 0)
        #expect(text.contains("payments scored and learned"), "\(text)")
        guard let records else { return }
        #expect(records.count == 5, "\(records)")
        for record in records {
            let object = try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any]
            #expect(object?["model"] as? String == "tree")
        }
    }

    /// Five predictions as kcat reads them; nil where kcat is not installed.
    private func kcat(_ bootstrap: String) throws -> [Substring]? {
        let paths = ["/usr/bin/kcat", "/usr/local/bin/kcat", "/opt/homebrew/bin/kcat"]
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-b", bootstrap, "-t", "fraud-predictions", "-C", "-c", "5", "-q", "-m", "20"]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
}
