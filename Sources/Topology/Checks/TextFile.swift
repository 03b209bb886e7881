#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file cannot be read, in words, and where in it.
struct FileError: Error {
    var message: String
    /// From 1.
    var line = 1
    /// From 1, in characters.
    var column = 1
}

/// Small text files, without Foundation.
enum TextFile {
    /// The text of a file of UTF-8, at most `limit` bytes.
    static func text(_ path: String, limit: Int) throws(FileError) -> String {
        let bytes = try readBytes(path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw badText(bytes) }
        return text
    }

    /// The file's bytes, and a mistake where it has more than `limit`.
    ///
    /// - Parameter isNamedByTopology: The path was written by whoever wrote the topology: only a regular file is read,
    ///   because a pipe or a terminal would wait for ever.
    static func readBytes(_ path: String, limit: Int, isNamedByTopology: Bool = false) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (isNamedByTopology ? O_NONBLOCK : 0))
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        let type = status.st_mode & S_IFMT
        if type == S_IFDIR { throw FileError(message: "is a folder") }
        if isNamedByTopology, type != S_IFREG { throw FileError(message: "is no regular file") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[0..<count])
            guard bytes.count <= limit else {
                throw FileError(message: "the file is larger than \(Units.text(bytes: limit))")
            }
        }
    }

    /// Nil where a regular file is there; else what is wrong.
    static func mistake(in path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return String(cString: strerror(errno)).lowercased() }
        return status.st_mode & S_IFMT == S_IFREG ? nil : "is no regular file"
    }

    private static func failure() -> FileError {
        FileError(message: "cannot read the file: \(String(cString: strerror(errno)))")
    }

    /// The place of the first byte that is not UTF-8.
    private static func badText(_ bytes: [UInt8]) -> FileError {
        // What is good keeps its length in the repaired text.
        let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
        let position = zip(bytes, repaired).prefix { $0 == $1 }.count
        let before = String(decoding: bytes[..<position], as: UTF8.self)
        let line = before.split(separator: "\n", omittingEmptySubsequences: false)
        return FileError(
            message: "the file is not UTF-8 text: byte \(hexadecimal(bytes[min(position, bytes.count - 1)]))",
            line: line.count, column: (line.last?.count ?? 0) + 1)
    }

    private static func hexadecimal(_ byte: UInt8) -> String { "0x" + String(byte, radix: 16) }
}
