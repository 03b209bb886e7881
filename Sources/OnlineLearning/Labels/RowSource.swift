/// Where a record stands in its partition, and which id it has: behind the answer in a row, for what is told later.
public struct RowSource: Sendable, Equatable {
    /// The longest id that is kept, in bytes.
    public static let longest = 54
    /// Bytes of it in a row.
    static let bytes = 64

    /// The record's offset.
    public var offset: Int64
    /// The id's bytes; empty: it was longer than `longest`.
    public var id: [UInt8]

    /// A record's place and id.
    public init(offset: Int64, id: UnsafeRawBufferPointer) {
        self.offset = offset
        self.id = id.count <= Self.longest ? Array(id) : []
    }

    init(at place: UnsafeRawPointer) {
        let count = min(Int(place.load(fromByteOffset: 8, as: UInt16.self)), Self.longest)
        self.init(
            offset: place.load(as: Int64.self), id: UnsafeRawBufferPointer(start: place + 10, count: count))
    }

    static func store(_ offset: Int64, _ id: UnsafeRawBufferPointer, at place: UnsafeMutableRawPointer) {
        place.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        place.storeBytes(of: offset, as: Int64.self)
        guard id.count <= longest, let base = id.baseAddress else { return }
        place.storeBytes(of: UInt16(id.count), toByteOffset: 8, as: UInt16.self)
        (place + 10).copyMemory(from: base, byteCount: id.count)
    }
}
