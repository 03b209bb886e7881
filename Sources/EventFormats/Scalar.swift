import CSimdjson

/// Numbers and truth values as the formats write them.
enum Scalar {
    /// A number; absent and null are NaN. Gives what is wrong, or nil.
    static func number(_ value: mr_value, into result: inout Double) -> BadInput? {
        switch mr_kind(UInt32(value.kind)) {
        case MR_NUMBER:
            result = value.number
            return nil
        case MR_ABSENT, MR_NULL:
            result = .nan
            return nil
        case MR_OVERFLOW: return .numberOverflow
        case MR_TEXT:
            switch mr_kind(UInt32(mr_parse_number(value.text, Int(value.length), &result))) {
            case MR_NUMBER: return nil
            case MR_OVERFLOW: return .numberOverflow
            case MR_NULL: return .notFinite
            default: return .wrongType
            }
        default: return .wrongType
        }
    }

    /// true, false, 1 or 0 as 1 or 0; absent and null are NaN. CSV may write the words in any case.
    static func boolean(_ value: mr_value, into result: inout Double) -> BadInput? {
        switch mr_kind(UInt32(value.kind)) {
        case MR_TRUE:
            result = 1
            return nil
        case MR_FALSE:
            result = 0
            return nil
        case MR_TEXT where equals(value, "true"):
            result = 1
            return nil
        case MR_TEXT where equals(value, "false"):
            result = 0
            return nil
        default:
            var read = 0.0
            if let fault = number(value, into: &read) { return fault }
            guard read == 0 || read == 1 || read.isNaN else { return .wrongType }
            result = read == 0 ? 0 : read
            return nil
        }
    }

    private static func equals(_ value: mr_value, _ word: StaticString) -> Bool {
        guard Int(value.length) == word.utf8CodeUnitCount else { return false }
        for index in 0..<Int(value.length) where value.text[index] | 0x20 != word.utf8Start[index] { return false }
        return true
    }
}
