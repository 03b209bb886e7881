/// What a value holds, for readers that pass over what is not as they expect.
extension JSON {
    /// A number of any kind, or nil.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// A whole number, or nil: it has a fraction, or is beyond what fits.
    public var whole: Int64? {
        switch self {
        case .integer(let value): value
        case .unsigned(let value): Int64(exactly: value)
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// A whole number from 0 on, or nil.
    public var count: UInt64? {
        if case .unsigned(let value) = self { return value }
        return whole.flatMap { UInt64(exactly: $0) }
    }

    /// A text, or nil.
    public var string: String? { if case .text(let text) = self { text } else { nil } }

    /// An array's elements, or nil.
    public var elements: [JSON]? { if case .array(let all) = self { all } else { nil } }

    /// An object's members in their order, or nil.
    public var members: [Member]? { if case .object(let all) = self { all } else { nil } }
}
