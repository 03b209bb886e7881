import CZlib
import CZstd

/// Unpacks a compressed stream piece by piece. Not thread-safe.
protocol Unpacker: AnyObject {
    /// The last piece ended the stream, or a part of it that may be the last.
    var isComplete: Bool { get }
    /// Unpacks as much as fits; gives how much of `packed` was used and how much was written, nil where it is damaged.
    func unpack(
        _ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> (used: Int, written: Int)?
}

/// gzip (RFC 1952), also several members one behind the other.
final class GzipUnpacker: Unpacker {
    // zlib keeps the stream's address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private(set) var isComplete = false

    init() {
        stream.initialize(to: z_stream())
        // 16: gzip's header, and no other.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory, or is another version than the one built with")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func unpack(
        _ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> (used: Int, written: Int)? {
        if isComplete, let first = packed.first {
            // Writers of tapes pad with zeros.
            if first == 0 { return (packed.prefix { $0 == 0 }.count, 0) }
            guard inflateReset(stream) == Z_OK else { return nil }
            isComplete = false
        }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: packed.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(packed.count)
        stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: target.count)
        let room = stream.pointee.avail_out
        switch inflate(stream, Z_NO_FLUSH) {
        case Z_STREAM_END: isComplete = true
        case Z_OK, Z_BUF_ERROR: break
        default: return nil
        }
        return (packed.count - Int(stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
    }
}

/// Zstandard (RFC 8878), also several frames one behind the other.
final class ZstdUnpacker: Unpacker {
    private let stream = ZSTD_createDStream()
    private(set) var isComplete = false

    deinit { ZSTD_freeDStream(stream) }

    func unpack(
        _ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> (used: Int, written: Int)? {
        var input = ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let hint = ZSTD_decompressStream(stream, &output, &input)
        guard ZSTD_isError(hint) == 0 else { return nil }
        // Behind a frame, a call without input would begin the next one.
        if input.pos > 0 || output.pos > 0 { isComplete = hint == 0 }
        return (input.pos, output.pos)
    }
}
