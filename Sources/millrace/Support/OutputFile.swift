import Console
import Foundation

/// A file that is written from the start; `-` is stdout.
///
/// What is there stays what it is: a regular file is emptied and keeps its mode, a device, a pipe or the target of a link
/// is written to.
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
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CommandFailure(.usage, "millrace: \(path): cannot be written: \(String(cString: strerror(errno)))")
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
        guard let handle else { return Terminal.print(bytes) }
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
        CommandFailure(.software, "millrace: \(path): writing failed; is the disk full?")
    }
}
