import CSimdjson

/// A growing run of bytes that is filled, handed out and filled again.
///
/// It keeps its memory when it is reset, so that a batch of records costs no allocation once the largest one has been
/// seen. Growing moves the bytes: remember offsets, not pointers, while records are still added. Not thread-safe.
public final class ByteArena {
    /// Behind a pointer, so that appending pays no check for exclusive access.
    private let state: UnsafeMutablePointer<State>

    private struct State {
        var pointer: UnsafeMutableRawPointer
        var count = 0
        var capacity: Int
    }

    /// The first byte.
    public var pointer: UnsafeMutableRawPointer { state.pointee.pointer }
    /// Bytes written.
    public var count: Int { state.pointee.count }
    /// Bytes there is room for.
    public var capacity: Int { state.pointee.capacity }

    /// Room for `capacity` bytes, at least 64.
    public init(capacity: Int = 4096) {
        let size = max(capacity, 64)
        state = .allocate(capacity: 1)
        state.initialize(to: State(pointer: .allocate(byteCount: size, alignment: 16), capacity: size))
    }

    deinit {
        pointer.deallocate()
        state.deallocate()
    }

    /// Everything written. Valid until the next call that writes.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: pointer, count: count) }

    /// Forgets what was written and keeps the memory.
    public func reset() { state.pointee.count = 0 }

    /// Cuts back to an earlier `count`.
    public func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        state.pointee.count = length
    }

    /// Makes room for `extra` more bytes. Cost: none where there is room, else one allocation and a copy.
    @inline(__always)
    public func reserve(_ extra: Int) {
        if capacity - count < extra { grow(extra) }
    }

    @inline(never)
    private func grow(_ extra: Int) {
        var size = capacity * 2
        while size - count < extra { size *= 2 }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        larger.copyMemory(from: pointer, byteCount: count)
        pointer.deallocate()
        state.pointee.pointer = larger
        state.pointee.capacity = size
    }

    /// Adds bytes.
    @inline(__always)
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        (pointer + count).copyMemory(from: start, byteCount: bytes.count)
        state.pointee.count += bytes.count
    }

    /// Adds one byte.
    @inline(__always)
    public func append(_ byte: UInt8) {
        reserve(1)
        pointer.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        state.pointee.count += 1
    }

    /// Adds text that is known when the program is built.
    @inline(__always)
    public func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds the UTF-8 of a text as it is; for set-up and rare records.
    public func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Adds a number in its shortest form that reads back as the same `Double`, or `null` where it is not finite.
    public func append(number: Double) {
        guard number.isFinite else { return append("null") }
        reserve(24)
        state.pointee.count += mr_write_double(number, (pointer + count).assumingMemoryBound(to: CChar.self))
    }

    /// Adds a whole number.
    public func append(integer: Int64) {
        reserve(24)
        state.pointee.count += mr_write_integer(integer, (pointer + count).assumingMemoryBound(to: CChar.self))
    }

    /// Adds a copy of what was written at `range`.
    @inline(__always)
    func repeatBytes(_ range: Range<Int>) {
        reserve(range.count)
        (pointer + count).copyMemory(from: pointer + range.lowerBound, byteCount: range.count)
        state.pointee.count += range.count
    }
}
