import Console
import Foundation

/// Standard input as something that can be read twice.
enum StandardInput {
    /// Copies what is to come into a file without a name, which takes standard input's place.
    static func makeRepeatable() throws(CommandFailure) {
        var name = Array((NSTemporaryDirectory() + "millrace-XXXXXX").utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        unlink(name)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { break }
            var written = 0
            while written < count {
                let more = chunk.withUnsafeBytes { write(file, $0.baseAddress! + written, count - written) }
                guard more > 0 else { throw failure() }
                written += more
            }
        }
        guard dup2(file, 0) >= 0 else { throw failure() }
        rewind()
    }

    /// Begins anew.
    static func rewind() { lseek(0, 0, SEEK_SET) }

    private static func failure() -> CommandFailure {
        CommandFailure(.inputData, "millrace: standard input cannot be copied: \(String(cString: strerror(errno)))")
    }
}
