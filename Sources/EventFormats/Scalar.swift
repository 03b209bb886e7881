import CSimdjson

/// Numbers and truth values as a topology's records write them: text is read the same in CSV and in JSON's quotes.
struct Scalar {
    /// Words that stand for no value.
    let missing: MissingWords
    /// `1,5` is a number in text.
    let hasDecimalComma: Bool

    /// A number; absent, null and missing words are NaN. Gives what is wrong, or nil.
    func number(_ value: mr_value, into result: inout Double) -> BadInput? {
        switch mr_kind(UInt32(value.kind)) {
        case MR_NUMBER:
            result = value.number
            return nil
        case MR_ABSENT, MR_NULL:
            result = .nan
            return nil
        case MR_OVERFLOW: return .numberOverflow
        case MR_TEXT, MR_STRING:
            let kind = mr_kind(UInt32(mr_parse_number(value.text, Int(value.length), &result)))
            return kind == MR_NUMBER ? nil : unusual(value, kind, into: &result)
        default: return .wrongType
        }
    }

    /// A text that is no number as it stands.
    @inline(never)
    private func unusual(_ value: mr_value, _ kind: mr_kind, into result: inout Double) -> BadInput? {
        if missing.contains(value.bytes) {
            result = .nan
            return nil
        }
        if hasDecimalComma, let number = DecimalComma.number(value.bytes) {
            result = number
            return nil
        }
        return kind == MR_OVERFLOW ? .numberOverflow : kind == MR_NULL ? .notFinite : .wrongType
    }

    /// A truth value as 1 or 0: true, 1, yes, y, t, on and their opposites, words in any case; absent, null and missing
    /// words are NaN.
    func boolean(_ value: mr_value, into result: inout Double) -> BadInput? {
        switch mr_kind(UInt32(value.kind)) {
        case MR_TRUE: result = 1
        case MR_FALSE: result = 0
        case MR_TEXT, MR_STRING:
            if let truth = Self.truth(value.bytes) {
                result = truth
                return nil
            }
            fallthrough
        default:
            var read = 0.0
            if let fault = number(value, into: &read) { return fault }
            guard read == 0 || read == 1 || read.isNaN else { return .wrongType }
            result = read == 0 ? 0 : read
        }
        return nil
    }

    /// Whether a value is text that stands for none.
    @inline(__always)
    func isMissing(_ value: mr_value) -> Bool {
        let kind = mr_kind(UInt32(value.kind))
        return (kind == MR_TEXT || kind == MR_STRING) && missing.contains(value.bytes)
    }

    /// The words for true and false.
    private static let truths: [(StaticString, Double)] = [
        ("true", 1), ("false", 0), ("yes", 1), ("no", 0), ("y", 1), ("n", 0), ("t", 1), ("f", 0), ("on", 1), ("off", 0),
    ]

    /// 1 or 0 for a word of `truths`, nil for others.
    static func truth(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard (1...5).contains(bytes.count), bytes[0] >= 0x41 else { return nil }
        for (word, truth) in truths where equals(bytes, word) { return truth }
        return nil
    }

    private static func equals(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] | 0x20 != word.utf8Start[index] { return false }
        return true
    }
}
