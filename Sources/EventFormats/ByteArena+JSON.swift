import Text

extension ByteArena {
    /// Adds `bytes` as a JSON string with its quotes. No allocation but for room.
    public func append(quoted bytes: UnsafeRawBufferPointer) {
        append(0x22)
        append(escaped: bytes)
        append(0x22)
    }

    /// Adds a text as a JSON string; for set-up and rare records.
    public func append(quoted text: String) {
        var text = text
        text.withUTF8 { append(quoted: UnsafeRawBufferPointer($0)) }
    }

    /// The same without the quotes, to build a string from parts.
    public func append(escaped bytes: UnsafeRawBufferPointer) { JSONText.escape(bytes) { append($0) } }
}
