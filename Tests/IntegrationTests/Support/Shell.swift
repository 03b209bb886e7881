import Foundation

/// A program run to its end.
enum Shell {
    static func run(_ words: [String], input: String? = nil) throws -> (status: Int32, output: String) {
        let process = Process(), out = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = out
        process.standardError = out
        var file: String?
        if let input {
            file = NSTemporaryDirectory() + "millrace-input-\(UUID().uuidString)"
            try input.write(toFile: file!, atomically: true, encoding: .utf8)
            process.standardInput = FileHandle(forReadingAtPath: file!)
        }
        defer { if let file { try? FileManager.default.removeItem(atPath: file) } }
        try process.run()
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
