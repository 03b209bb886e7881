#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of a file or of standard input, unpacked where they are compressed: what the first bytes say counts, not the
/// name. Not thread-safe.
final class ByteInput {
    private let descriptor: Int32
    private let name: String
    private var unpacker: (any Unpacker)?
    /// Bytes as they stand in the file: its beginning, later what is to be unpacked.
    private var packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var hasBegun = false
    /// Bytes read of the file.
    private(set) var bytesRead = 0

    /// Opens a file; `-` is standard input.
    init(path: String) throws(RecordError) {
        descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        name = path == "-" ? "standard input" : path
        if descriptor < 0 { throw failure() }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        packed.deallocate()
    }

    /// Reads some bytes into `target`, which has room; 0 behind the last one.
    func read(into target: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int {
        if !hasBegun { try begin() }
        guard let unpacker else {
            guard start < end else { return try readFile(target) }
            let count = min(end - start, target.count)
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: packed[start..<start + count]))
            start += count
            return count
        }
        while true {
            if start == end, !isAtEnd {
                start = 0
                end = try readFile(packed)
                isAtEnd = end == 0
            }
            guard let (used, written) = unpacker.unpack(.init(rebasing: packed[start..<end]), into: target) else {
                throw RecordError(
                    message: "\(name): the compressed data is damaged near byte \(bytesRead - end + start)")
            }
            start += used
            if written > 0 { return written }
            if used == 0, start == end, isAtEnd {
                guard unpacker.isComplete else {
                    throw RecordError(message: "\(name): the compressed data ends too early, behind byte \(bytesRead)")
                }
                return 0
            }
        }
    }

    /// Files that are no text, by their first bytes, and what they are.
    private static let others: [(bytes: [UInt8], what: String)] = [
        ([0x50, 0x4b, 0x03, 0x04], "a ZIP archive or a spreadsheet"), ([0x42, 0x5a, 0x68], "compressed by bzip2"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed by xz"), ([0x50, 0x41, 0x52, 0x31], "a Parquet file"),
        ([0x4f, 0x62, 0x6a, 0x01], "an Avro file"), ([0xff, 0xfe], "UTF-16 text"), ([0xfe, 0xff], "UTF-16 text"),
    ]

    private func begin() throws(RecordError) {
        hasBegun = true
        while end < 6 {
            let count = try readFile(.init(rebasing: packed[end..<6]))
            if count == 0 { break }
            end += count
        }
        let head = packed[..<end]
        if head.starts(with: [0x1f, 0x8b]) {
            unpacker = GzipUnpacker()
        } else if head.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
            unpacker = ZstdUnpacker()
        } else if let other = Self.others.first(where: { head.starts(with: $0.bytes) }) {
            throw RecordError(
                message:
                    "\(name):1:1: this is \(other.what): wanted is UTF-8 text, as it is or compressed by gzip or zstd")
        }
        guard unpacker != nil else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: head))
        packed.deallocate()
        packed = larger
    }

    private func readFile(_ target: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int {
        while true {
            #if canImport(Glibc)
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            #elseif canImport(Musl)
            let count = Musl.read(descriptor, target.baseAddress, target.count)
            #else
            let count = Darwin.read(descriptor, target.baseAddress, target.count)
            #endif
            if count >= 0 {
                bytesRead += count
                return count
            }
            if errno != EINTR { throw failure() }
        }
    }

    private func failure() -> RecordError { RecordError(message: "\(name): \(String(cString: strerror(errno)))") }
}
