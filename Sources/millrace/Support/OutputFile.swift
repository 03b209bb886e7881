import Console
import Foundation

/// A file that is written from the start; `-` is stdout.
final class OutputFile {
    private let path: String
    private let handle: FileHandle

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        if path == "-" {
            handle = .standardOutput
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CommandFailure(.usage, "millrace: \(path): cannot be written") }
        self.handle = handle
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
        do { try handle.write(contentsOf: Data(bytes)) } catch { throw failure() }
    }

    func close() throws(CommandFailure) {
        if path == "-" { return }
        do { try handle.close() } catch { throw failure() }
    }

    /// Writes a whole text.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        let file = try OutputFile(path)
        var text = text
        let result: Result<Void, CommandFailure> = text.withUTF8 { bytes in
            do throws(CommandFailure) { return .success(try file.write(UnsafeRawBufferPointer(bytes))) } catch {
                return .failure(error)
            }
        }
        try result.get()
        try file.close()
    }

    private func failure() -> CommandFailure {
        CommandFailure(.software, "millrace: \(path): writing failed; is the disk full?")
    }
}
