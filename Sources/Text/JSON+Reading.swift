/// Why a text is not JSON.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let message: String
    /// The byte at which it is, from 0.
    public let offset: Int
    /// Message and place.
    public var description: String { "\(message) at byte \(offset)" }
}

extension JSON {
    /// Nesting that is read.
    public static let maxDepth = 128

    /// Reads one JSON value (RFC 8259); nothing but blanks may stand around it.
    ///
    /// For commands, configuration and samples; records of the stream go through their decoders. Whole numbers that fit
    /// become `.integer` or `.unsigned`, others `.number`. Half a surrogate pair becomes U+FFFD. Cost: about 100 ns a
    /// value; memory a multiple of the text.
    /// - Throws: where it is not JSON, not UTF-8, deeper than `maxDepth`, or a number overflows a `Double`.
    public init(reading bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var reader = JSONReader(bytes: bytes)
        self = try reader.value(depth: 0)
        try reader.end()
    }

    /// The same for a text.
    public init(reading text: String) throws(JSONError) {
        let bytes = Array(text.utf8)
        let result: Result<JSON, JSONError> = bytes.withUnsafeBytes { bytes in
            do throws(JSONError) { return .success(try JSON(reading: bytes)) } catch { return .failure(error) }
        }
        self = try result.get()
    }
}
