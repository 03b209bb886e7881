import CSimdjson

/// Numbers with a decimal comma, as much of Europe writes them.
enum DecimalComma {
    /// The number of a text with one comma and no point: `-0,368`; nil for every other text. `1.234,5` is none: with
    /// points between thousands a text has two readings.
    static func number(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard bytes.count <= 64, let comma = bytes.firstIndex(of: 0x2c) else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { copy in
            _ = copy.initialize(fromContentsOf: bytes)
            for byte in copy where byte == 0x2e { return nil }
            copy[comma] = 0x2e
            var number = 0.0
            let kind = mr_parse_number(copy.baseAddress!, copy.count, &number)
            return mr_kind(UInt32(kind)) == MR_NUMBER ? number : nil
        }
    }
}
