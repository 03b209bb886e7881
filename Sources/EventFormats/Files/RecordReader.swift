import CSimdjson
public import Text

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file record by record through one buffer that is reused.
///
/// Line ends are LF or CRLF, the last one may be missing; a byte order mark in front and empty lines are skipped. JSON may
/// also be one array: its elements are the records. Files compressed by gzip or zstd are unpacked. Reads pipes as well as
/// files. Memory: the longest record, at least 1 MiB. Not thread-safe.
public final class RecordReader {
    /// How records are written.
    public let format: EventFormat
    let name: String
    private let input: ByteInput
    private let maximum: Int
    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// JSON in one array.
    private var isArray = false
    // Every write to a property that others can see is checked at run time: those of each record are private.
    private var given = 0
    private var firstLine = 1
    private var firstColumn = 1
    /// Records given so far; a header counts.
    public var count: Int { given }
    /// The line at which the last record begins, from 1.
    public var line: Int { firstLine }
    /// The byte of its line at which the last record begins, from 1: array elements need not begin a line.
    public var column: Int { firstColumn }
    private var nextLine = 1
    private var nextColumn = 1
    /// Lines of the last record.
    public var lines: Int { max(1, nextLine - line) }
    /// The first CSV records over more than `manyLines` lines: where they begin and how many they take. An open quote makes
    /// such records.
    public private(set) var longRecords: [(line: Int, lines: Int)] = []
    private static let manyLines = 20
    /// Bytes read of the file, as they stand there.
    public var bytesRead: Int { input.bytesRead }

    /// Opens a file; `-` is standard input.
    ///
    /// - Parameters:
    ///   - format: nil: by the file's extension; of standard input and devices, which have none, JSON where the first
    ///     visible character is `{` or `[`, else CSV.
    ///   - maximum: the longest record in bytes. A longer CSV record, as an open quote makes it, ends at its first line
    ///     end instead; a longer line is an error.
    public init(path: String, format: EventFormat? = nil, maximum: Int = 64 << 20) throws(RecordError) {
        name = path == "-" ? "standard input" : path
        let known = format ?? EventFormat(path: path)
        if known == nil, path != "-", !path.hasPrefix("/dev/") {
            throw RecordError(message: "\(path): the format goes by the extension: \(EventFormat.extensionList)")
        }
        self.maximum = maximum
        capacity = 1 << 20
        input = try ByteInput(path: path)
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        self.buffer = buffer
        // Up to the first visible character, and no further: a pipe may give no more for a while.
        var first: UInt8?
        while first == nil, end < capacity {
            let got: Int
            do throws(RecordError) {
                got = try input.read(into: UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end))
            } catch {
                buffer.deallocate()
                throw error
            }
            if got == 0 {
                isAtEnd = true
                break
            }
            end += got
            let bytes = UnsafeRawBufferPointer(start: buffer, count: end)
            start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
            first = bytes[start...].first { !Self.isBlank($0) }
        }
        self.format = known ?? (first == 0x7b || first == 0x5b ? .json : .csv)
        if self.format == .json, first == 0x5b {
            isArray = true
            skipBlanks()
            advance(1)
        }
    }

    deinit { buffer.deallocate() }

    /// The next record without its line end, or nil behind the last one. Valid until the next call.
    public func next() throws(RecordError) -> UnsafeRawBufferPointer? {
        guard !isArray else { return try takeElement() }
        while var record = try takeLine() {
            if record.last == 0x0a { record = .init(rebasing: record[..<(record.count - 1)]) }
            if record.last == 0x0d { record = .init(rebasing: record[..<(record.count - 1)]) }
            if record.isEmpty || (format == .json && record.allSatisfy(Self.isBlank)) { continue }
            given += 1
            return record
        }
        return nil
    }

    private func takeLine() throws(RecordError) -> UnsafeRawBufferPointer? {
        while true {
            let rest = self.rest
            if rest.isEmpty, isAtEnd { return nil }
            var kind = MR_RECORD_OPEN
            var length = rest.isEmpty ? 0 : self.length(rest, &kind)
            if kind == MR_RECORD_OPEN {
                if rest.count > maximum {
                    guard let line = lineEnd(rest) else { throw tooLong() }
                    length = line
                } else if !isAtEnd {
                    try fill()
                    continue
                } else if format == .csv {
                    length = lineEnd(rest) ?? rest.count
                }
            }
            let record = UnsafeRawBufferPointer(rebasing: rest[..<length])
            start += length
            firstLine = nextLine
            nextLine += kind == MR_RECORD_QUOTED ? Self.lineEnds(record) : 1
            if lines > Self.manyLines { rememberLong() }
            return record
        }
    }

    @inline(never)
    private func rememberLong() {
        if longRecords.count < 3 { longRecords.append((line, lines)) }
    }

    /// The next element of the array.
    private func takeElement() throws(RecordError) -> UnsafeRawBufferPointer? {
        while true {
            skipBlanks(andCommas: true)
            let rest = self.rest
            if rest.first == 0x5d { return try endArray() }
            if let length = JSONElement.length(rest) {
                firstLine = nextLine
                firstColumn = nextColumn
                given += 1
                advance(length)
                return UnsafeRawBufferPointer(rebasing: rest[..<length])
            }
            if isAtEnd {
                throw RecordError(message: "\(name):\(nextLine): the array stays open behind record \(count)")
            }
            if rest.count > maximum { throw tooLong() }
            try fill()
        }
    }

    private func endArray() throws(RecordError) -> UnsafeRawBufferPointer? {
        advance(1)
        while true {
            skipBlanks()
            if start < end { throw RecordError(message: "\(name):\(nextLine): something stands behind the array") }
            if isAtEnd {
                isArray = false
                return nil
            }
            try fill()
        }
    }

    private var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer + start, count: end - start) }

    private func tooLong() -> RecordError {
        RecordError(message: "\(name):\(nextLine): record \(count + 1) is longer than \(maximum) bytes")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// Steps over blanks in front, and counts their lines.
    private func skipBlanks(andCommas: Bool = false) {
        let rest = self.rest
        let blank = rest.firstIndex { !Self.isBlank($0) && !(andCommas && $0 == 0x2c) } ?? rest.count
        advance(blank)
    }

    /// Steps over bytes of an array and counts their lines and columns.
    private func advance(_ length: Int) {
        let bytes = rest[..<length]
        if let end = bytes.lastIndex(of: 0x0a) {
            nextLine += Self.lineEnds(UnsafeRawBufferPointer(rebasing: bytes))
            nextColumn = length - end
        } else {
            nextColumn += length
        }
        start += length
    }

    private static func lineEnds(_ record: UnsafeRawBufferPointer) -> Int { record.count { $0 == 0x0a } }

    private func length(_ bytes: UnsafeRawBufferPointer, _ kind: inout mr_record_kind) -> Int {
        if format == .csv {
            return mr_csv_record_length(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count, &kind)
        }
        guard let line = lineEnd(bytes) else { return bytes.count }
        kind = MR_RECORD_PLAIN
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
        let got = try input.read(into: UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end))
        end += got
        isAtEnd = got == 0
    }
}
