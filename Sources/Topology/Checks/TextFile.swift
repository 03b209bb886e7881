#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file cannot be read, in words.
struct FileError: Error { var message: String }

/// Small text files, without Foundation.
enum TextFile {
    /// The text of a file of UTF-8, at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(FileError) -> String {
        let bytes = try readBytes(path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(message: "the file is not UTF-8 text")
        }
        return text
    }

    /// The first `limit` bytes, and a mistake where the file has more.
    static func readBytes(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw FileError(message: "cannot read the file: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: chunk[0..<count])
            guard bytes.count <= limit else {
                throw FileError(message: "the file is larger than \(Units.text(bytes: limit))")
            }
        }
        guard ferror(file) == 0 else {
            throw FileError(message: "cannot read the file: \(String(cString: strerror(errno)))")
        }
        return bytes
    }
}
