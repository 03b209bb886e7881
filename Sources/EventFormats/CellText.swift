import CSimdjson

/// What a cell's text means where a number or a truth value is wanted: the decoders' rule, for samples and messages.
public enum CellText {
    /// The number that a text spells, or nil: blanks around it, a plus sign, `.5` and `5.` are taken; finite only.
    public static func number(_ text: String) -> Double? {
        var number = 0.0
        var text = text
        let kind = text.withUTF8 { mr_parse_number($0.baseAddress ?? UnsafePointer(bitPattern: 1)!, $0.count, &number) }
        return mr_kind(UInt32(kind)) == MR_NUMBER ? number : nil
    }

    /// The truth value that a word means (true, yes, y, t, on and their opposites), or nil; 1 and 0 are numbers.
    public static func truth(_ text: String) -> Bool? {
        var text = text
        return text.withUTF8 { Scalar.truth(UnsafeRawBufferPointer($0)) }.map { $0 == 1 }
    }
}
