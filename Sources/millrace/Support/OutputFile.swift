import Console
import Foundation

/// A file that is written from the start; `-` is stdout.
final class OutputFile {
    private let path: String
    /// Nil: stdout.
    private let handle: FileHandle?

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        if path == "-" {
            handle = nil
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CommandFailure(.usage, "millrace: \(path): cannot be written") }
        self.handle = handle
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
        guard let handle else {
            guard Terminal.print(bytes) else { throw failure() }
            return
        }
        do { try handle.write(contentsOf: Data(bytes)) } catch { throw failure() }
    }

    func close() throws(CommandFailure) {
        do { try handle?.close() } catch { throw failure() }
    }

    func write(_ text: String) throws(CommandFailure) {
        var text = text
        let result: Result<Void, CommandFailure> = text.withUTF8 { bytes in
            do throws(CommandFailure) { return .success(try write(UnsafeRawBufferPointer(bytes))) } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func failure() -> CommandFailure {
        CommandFailure(.software, "millrace: \(path == "-" ? "stdout" : path): writing failed; is the disk full?")
    }
}
