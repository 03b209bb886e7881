import CSimdjson

/// Values of one feature that stand for no value: numbers (-999) and words (`unknown`).
struct Sentinels {
    private let numbers: [Double]
    private let words: MissingWords

    /// - Parameter values: as the topology spells them.
    init(_ values: [String]) {
        numbers = values.compactMap { CellText.number($0) }
        words = MissingWords(values)
    }

    /// Whether a value is one of them: a number by its value, however it is spelled, text also by its bytes.
    @inline(never)
    func contains(_ value: mr_value, _ scalar: Scalar) -> Bool {
        switch mr_kind(UInt32(value.kind)) {
        case MR_NUMBER: return numbers.contains(value.number)
        case MR_TEXT, MR_STRING:
            if words.contains(value.bytes) { return true }
            var number = 0.0
            return !numbers.isEmpty && scalar.number(value, into: &number) == nil && numbers.contains(number)
        default: return false
        }
    }
}
