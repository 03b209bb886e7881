import CSimdjson
public import Text

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Why a file could not be read.
public struct RecordError: Error, Equatable, CustomStringConvertible {
    /// One sentence with the file's name.
    public let message: String
    /// The message.
    public var description: String { message }

    /// An error with its text.
    public init(message: String) { self.message = message }
}

/// Reads a file record by record through one buffer that is reused.
///
/// Line ends are LF or CRLF, the last one may be missing; a byte order mark in front and empty lines are skipped. Reads
/// pipes as well as files. Memory: the longest record, at least 1 MiB. Not thread-safe.
public final class RecordReader {
    private let descriptor: Int32
    private let name: String
    private let format: EventFormat
    private let maximum: Int
    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var isFirst = true
    /// Records given so far; a header counts.
    public private(set) var count = 0
    /// The line at which the last record begins, from 1.
    public private(set) var line = 1
    /// Lines of the last record.
    public private(set) var lines = 0
    private var lineEnds = 0
    private var skippedLines = 0
    /// JSON in one array: its elements are the records.
    private var isArray = false
    private var isOver = false

    /// The format of a file by its extension.
    public static func format(of path: String) throws(RecordError) -> EventFormat {
        if let format = EventFormat(path: path) { return format }
        throw RecordError(message: "\(path): the format goes by the extension: \(EventFormat.extensionList)")
    }

    /// Opens a file; `-` is standard input.
    ///
    /// - Parameter maximum: the longest record in bytes. A longer CSV record, as an open quote makes it, ends at its
    ///   first line end instead; a longer line is an error.
    public init(path: String, format: EventFormat, maximum: Int = 64 << 20) throws(RecordError) {
        descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        name = path
        self.format = format
        self.maximum = maximum
        capacity = 1 << 20
        buffer = .allocate(byteCount: capacity, alignment: 64)
        if descriptor < 0 { throw failure() }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    /// The next record without its line end, or nil behind the last one. Valid until the next call.
    public func next() throws(RecordError) -> UnsafeRawBufferPointer? {
        while let record = try take() {
            var bytes = record
            line += lineEnds + skippedLines
            lineEnds = format == .csv || isArray ? Self.lineEnds(record) : 1
            skippedLines = 0
            lines = max(1, isArray ? lineEnds + 1 : lineEnds)
            if isFirst {
                isFirst = false
                if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = .init(rebasing: bytes[3...]) }
            }
            if bytes.last == 0x0a { bytes = .init(rebasing: bytes[..<(bytes.count - 1)]) }
            if bytes.last == 0x0d { bytes = .init(rebasing: bytes[..<(bytes.count - 1)]) }
            if bytes.isEmpty { continue }
            count += 1
            return bytes
        }
        return nil
    }

    private static func lineEnds(_ record: UnsafeRawBufferPointer) -> Int {
        var count = 0
        var rest = record[...]
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, let found = memchr(base, 0x0a, rest.count)
        {
            count += 1
            rest = rest.dropFirst(UnsafeRawPointer(found) - base + 1)
        }
        return count
    }

    private func take() throws(RecordError) -> UnsafeRawBufferPointer? {
        if format == .json, isFirst, try beginsArray() { isArray = true }
        if isArray { return try takeElement() }
        while true {
            let rest = UnsafeRawBufferPointer(start: buffer + start, count: end - start)
            if rest.isEmpty, isAtEnd { return nil }
            var isWhole: Int32 = 0
            var length = rest.isEmpty ? 0 : self.length(rest, &isWhole)
            if isWhole == 0, rest.count > maximum {
                guard let line = lineEnd(rest) else {
                    throw RecordError(message: "\(name): record \(count + 1) is longer than \(maximum) bytes")
                }
                length = line
                isWhole = 1
            }
            if isWhole == 0, isAtEnd, format == .csv { length = lineEnd(rest) ?? rest.count }
            if isWhole != 0 || isAtEnd {
                start += length
                return UnsafeRawBufferPointer(rebasing: rest[..<length])
            }
            try fill()
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// Whether the file's first visible byte opens an array; if so, it is taken.
    private func beginsArray() throws(RecordError) -> Bool {
        while true {
            let rest = UnsafeRawBufferPointer(start: buffer + start, count: end - start)
            let mark = rest.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
            guard let first = rest[mark...].firstIndex(where: { !Self.isBlank($0) }) else {
                if isAtEnd { return false }
                try fill()
                continue
            }
            guard rest[first] == 0x5b else { return false }
            skippedLines = Self.lineEnds(UnsafeRawBufferPointer(rebasing: rest[..<first]))
            start += first + 1
            return true
        }
    }

    private func takeElement() throws(RecordError) -> UnsafeRawBufferPointer? {
        while !isOver {
            var rest = UnsafeRawBufferPointer(start: buffer + start, count: end - start)
            let blank = rest.firstIndex { !Self.isBlank($0) && $0 != 0x2c } ?? rest.count
            skippedLines += Self.lineEnds(UnsafeRawBufferPointer(rebasing: rest[..<blank]))
            start += blank
            rest = UnsafeRawBufferPointer(rebasing: rest[blank...])
            if rest.first == 0x5d {
                isOver = true
                return nil
            }
            if let length = Self.elementLength(rest) {
                start += length
                return UnsafeRawBufferPointer(rebasing: rest[..<length])
            }
            if isAtEnd { throw RecordError(message: "\(name): the array stays open behind record \(count)") }
            if rest.count > maximum {
                throw RecordError(message: "\(name): record \(count + 1) is longer than \(maximum) bytes")
            }
            try fill()
        }
        return nil
    }

    /// The length of the value in front, or nil where its end is not there yet.
    private static func elementLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var depth = 0
        var isText = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x5c where isText: index += 1
            case 0x22: isText.toggle()
            case _ where isText: break
            case 0x7b, 0x5b: depth += 1
            case 0x7d, 0x5d:
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case 0x2c where depth == 0: return index
            default: break
            }
            index += 1
        }
        return nil
    }

    private func length(_ bytes: UnsafeRawBufferPointer, _ isWhole: inout Int32) -> Int {
        if format == .csv {
            return mr_csv_record_length(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count, &isWhole)
        }
        guard let line = lineEnd(bytes) else { return bytes.count }
        isWhole = 1
        return line
    }

    private func lineEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, 0x0a, bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base + 1
    }

    private func fill() throws(RecordError) {
        if start > 0 {
            buffer.copyMemory(from: buffer + start, byteCount: end - start)
            end -= start
            start = 0
        }
        if end == capacity {
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 64)
            larger.copyMemory(from: buffer, byteCount: end)
            buffer.deallocate()
            buffer = larger
            capacity *= 2
        }
        while true {
            let got = read(descriptor, buffer + end, capacity - end)
            if got > 0 {
                end += got
                return
            }
            if got == 0 {
                isAtEnd = true
                return
            }
            if errno != EINTR { throw failure() }
        }
    }

    private func failure() -> RecordError { RecordError(message: "\(name): \(String(cString: strerror(errno)))") }
}
