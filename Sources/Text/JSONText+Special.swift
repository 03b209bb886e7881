extension JSONText {
    /// At most eight bytes of text.
    @usableFromInline
    struct Escape {
        @usableFromInline var bytes: UInt64 = 0
        @usableFromInline var count = 0

        init() {}

        init(_ text: StaticString) {
            for index in 0..<text.utf8CodeUnitCount { add(text.utf8Start[index]) }
        }

        /// `\u` and four digits.
        init(unicode: UInt32) {
            self.init("\\u")
            for shift in [12, 8, 4, 0] as [UInt32] {
                let digit = UInt8(unicode >> shift & 15)
                add(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }

        private mutating func add(_ byte: UInt8) {
            bytes |= UInt64(byte).littleEndian << UInt64(8 * count)
            count += 1
        }
    }

    /// What stands for the character at `index`, empty where it may stay, and how many bytes it takes in the text.
    @usableFromInline @inline(never)
    static func special(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (length: Int, escape: Escape) {
        let byte = bytes[index]
        switch byte {
        case 0x22: return (1, Escape("\\\""))
        case 0x5c: return (1, Escape("\\\\"))
        case 0x0a: return (1, Escape("\\n"))
        case 0x0d: return (1, Escape("\\r"))
        case 0x09: return (1, Escape("\\t"))
        case 0..<0x20, 0x7f: return (1, Escape(unicode: UInt32(byte)))
        case 0..<0x80: return (1, Escape())
        default: break
        }
        let (length, isGood) = sequence(bytes, at: index)
        guard isGood else { return (length, Escape("\u{FFFD}")) }
        var scalar = UInt32(byte) & (0x7f >> UInt32(length))
        for step in 1..<length { scalar = scalar << 6 | UInt32(bytes[index + step] & 0x3f) }
        switch scalar {
        case 0x80..<0xa0, 0x2028, 0x2029, 0xfeff: return (length, Escape(unicode: scalar))
        default: return (length, Escape())
        }
    }

    /// The length of the UTF-8 sequence at a byte of 0x80 or more and whether it is whole; where it is not, the length
    /// of the part that could have begun one, at least 1.
    static func sequence(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (length: Int, isGood: Bool) {
        let lead = bytes[index]
        var low: UInt8 = 0x80
        var high: UInt8 = 0xbf
        let following: Int
        switch lead {
        case 0xc2...0xdf: following = 1
        case 0xe0...0xef:
            following = 2
            if lead == 0xe0 { low = 0xa0 }
            if lead == 0xed { high = 0x9f }
        case 0xf0...0xf4:
            following = 3
            if lead == 0xf0 { low = 0x90 }
            if lead == 0xf4 { high = 0x8f }
        default: return (1, false)
        }
        for step in 1...following {
            guard index + step < bytes.count, bytes[index + step] >= low, bytes[index + step] <= high else {
                return (step, false)
            }
            low = 0x80
            high = 0xbf
        }
        return (following + 1, true)
    }
}
