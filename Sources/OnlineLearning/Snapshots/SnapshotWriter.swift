/// Why stored state was not taken. The text names what differs and what to do.
public struct SnapshotError: Error, Equatable, CustomStringConvertible {
    /// What differs and what to do.
    public let message: String
    /// An error with its text.
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// Appends little-endian values to a byte buffer that is reused from snapshot to snapshot.
public struct SnapshotWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer with room for that many bytes.
    public init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Overwrites eight bytes.
    mutating func patch(_ value: UInt64, at place: Int) {
        withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(place..<place + 8, with: $0) }
    }

    /// Empties the buffer and keeps its memory.
    public mutating func reset() { bytes.removeAll(keepingCapacity: true) }

    public mutating func write<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The exact bit pattern, NaN payload included.
    public mutating func write(_ value: Double) { write(value.bitPattern) }
    public mutating func write(_ value: Float) { write(value.bitPattern) }
    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// A length and the UTF-8 bytes.
    public mutating func write(_ text: String) {
        write(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// A length and the values.
    public mutating func write(_ values: [Double]) {
        values.withUnsafeBufferPointer { write($0) }
    }

    /// A length and the values.
    public mutating func write(_ values: UnsafeBufferPointer<Double>) {
        write(UInt32(values.count))
        #if _endian(little)
        bytes.append(contentsOf: UnsafeRawBufferPointer(values))
        #else
        for value in values { write(value) }
        #endif
    }

    /// A length and the bytes.
    public mutating func write(_ raw: UnsafeRawBufferPointer) {
        write(UInt32(raw.count))
        bytes.append(contentsOf: raw)
    }
}

/// Reads what a `SnapshotWriter` wrote and never trusts a length: every read is checked against what is there.
public struct SnapshotReader {
    let bytes: [UInt8]
    private let end: Int
    /// The next byte.
    public private(set) var offset: Int

    /// A reader at the first byte.
    public init(_ bytes: [UInt8]) { self.init(bytes, bytes.indices) }

    /// A reader of a part.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Bytes not read yet.
    public var remaining: Int { end - offset }

    mutating func take(_ count: Int) throws(SnapshotError) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw SnapshotError("the snapshot ends after \(end) bytes, \(count - remaining) too early")
        }
        defer { offset += count }
        return offset..<offset + count
    }

    public mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(SnapshotError) -> T {
        var value: T = 0
        let range = try take(MemoryLayout<T>.size)
        withUnsafeMutableBytes(of: &value) { target in
            bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
        return T(littleEndian: value)
    }

    /// The exact bit pattern.
    public mutating func readDouble() throws(SnapshotError) -> Double { Double(bitPattern: try read(UInt64.self)) }
    /// The exact bit pattern.
    public mutating func readFloat() throws(SnapshotError) -> Float { Float(bitPattern: try read(UInt32.self)) }
    /// Any byte but 0 is true.
    public mutating func readBool() throws(SnapshotError) -> Bool { try read(UInt8.self) != 0 }

    /// One of an enum's cases; `what` names it in the refusal of a number that stands for none.
    mutating func readCase<Case: RawRepresentable>(_ what: String) throws(SnapshotError) -> Case
    where Case.RawValue: FixedWidthInteger {
        guard let value = Case(rawValue: try read()) else {
            throw SnapshotError("the snapshot's \(what) does not exist")
        }
        return value
    }

    /// A text of at most what is left.
    public mutating func readText() throws(SnapshotError) -> String {
        let count = Int(try read(UInt32.self))
        return String(decoding: bytes[try take(count)], as: UTF8.self)
    }

    /// Bytes of at most what is left.
    public mutating func readBytes() throws(SnapshotError) -> [UInt8] {
        let count = Int(try read(UInt32.self))
        return Array(bytes[try take(count)])
    }

    /// Values of at most what is left.
    public mutating func readDoubles() throws(SnapshotError) -> [Double] {
        let count = Int(try read(UInt32.self))
        let range = try take(count * 8)
        return [Double](unsafeUninitializedCapacity: count) { target, initialized in
            bytes.withUnsafeBytes { source in
                for index in 0..<count {
                    target[index] = Double(
                        bitPattern: UInt64(
                            littleEndian: source.loadUnaligned(
                                fromByteOffset: range.lowerBound + index * 8, as: UInt64.self)))
                }
            }
            initialized = count
        }
    }

    /// As many values as `target` has, or a refusal.
    public mutating func read(into target: UnsafeMutableBufferPointer<Double>) throws(SnapshotError) {
        let values = try readDoubles()
        guard values.count == target.count else {
            throw SnapshotError("the snapshot has \(values.count) values where this component has \(target.count)")
        }
        for index in values.indices { target[index] = values[index] }
    }
}

/// State that can be written and taken back bit for bit.
public protocol Snapshottable: AnyObject {
    /// Appends everything that changes later answers. Parameters are written and checked by the caller.
    func write(to writer: inout SnapshotWriter)
    /// Takes the state back into a component that was just made with the same parameters and context.
    func read(from reader: inout SnapshotReader) throws(SnapshotError)
}
