/// A JSON value: members keep their order, NaN and infinities are written as null.
public indirect enum JSON: Sendable, Equatable {
    /// Nothing known.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A whole number that may be above `Int64.max`.
    case unsigned(UInt64)
    /// A number, written in its shortest form that reads back as the same `Double`.
    case number(Double)
    /// A string.
    case text(String)
    /// An array.
    case array([JSON])
    /// An object.
    case object([Member])

    /// One key and its value.
    public struct Member: Sendable, Equatable {
        /// The name.
        public let key: String
        /// What it holds.
        public let value: JSON

        /// A member of an object.
        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// An object of pairs.
    public static func object(_ pairs: [(String, JSON)]) -> JSON { .object(pairs.map { Member($0.0, $0.1) }) }

    /// A number, or null where there is none.
    public static func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }

    /// The value of an object's member, the last one of a repeated name; nil where it has none or is no object.
    public subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0, $1) }) }
}
