import CSimdjson

/// What a cell's text means where a number or a truth value is wanted: the decoders' rule, for samples and messages.
public enum CellText {
    /// The number that a text spells, or nil: blanks around it, a plus sign, `.5` and `5.` are taken; finite only.
    ///
    /// - Parameter hasDecimalComma: `1,5` is taken too, as with the topology's `input.decimal: comma`.
    public static func number(_ text: String, hasDecimalComma: Bool = false) -> Double? {
        var text = text
        return text.withUTF8 { bytes -> Double? in
            guard let start = bytes.baseAddress else { return nil }
            var number = 0.0
            let kind = mr_kind(UInt32(mr_parse_number(start, bytes.count, &number)))
            if kind == MR_NUMBER { return number }
            return hasDecimalComma ? DecimalComma.number(UnsafeRawBufferPointer(bytes)) : nil
        }
    }

    /// The truth value that a word means (true, yes, y, t, on and their opposites), or nil; 1 and 0 are numbers.
    public static func truth(_ text: String) -> Bool? {
        var text = text
        return text.withUTF8 { Scalar.truth(UnsafeRawBufferPointer($0)) }.map { $0 == 1 }
    }

    /// Whether a text has no visible character: always a missing value.
    public static func isBlank(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { MissingWords.isBlank(UnsafeRawBufferPointer($0)) }
    }
}
