import CCrypto

/// SHA-256 by OpenSSL.
public enum SHA256 {
    /// 32 bytes. Cost: about 2 ns a byte or less.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] { digest(ofPieces: CollectionOfOne(bytes[...])) }

    /// The same of bytes in several pieces.
    static func digest(ofPieces pieces: some Sequence<ArraySlice<UInt8>>) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
        for piece in pieces { piece.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) } }
        var result = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &result, nil)
        return result
    }

    /// HMAC with a key (RFC 2104), 32 bytes.
    static func keyed(_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        var length = 0
        let found = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, bytes, bytes.count, &result, result.count, &length)
        precondition(found != nil && length == 32, "OpenSSL has no HMAC")
        return result
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String { text(of: digest(bytes)) }

    /// A digest as lower-case hexadecimal digits.
    static func text(of digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension UInt64 {
    /// The number that eight bytes stand for, the least first, as sums are stored.
    init(littleEndian bytes: some BidirectionalCollection<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
