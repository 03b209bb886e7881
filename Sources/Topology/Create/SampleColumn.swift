import OnlineLearning

/// What a sample shows of one field.
struct SampleColumn {
    /// How a value was written.
    enum Value: Equatable {
        case missing
        case number(String)
        case boolean(String)
        case word(String)
        /// A list or a map, which no feature can hold.
        case nested
    }

    /// More different values than this are not told apart.
    static let maxDistinct = 1000

    let name: String
    private(set) var present = 0
    private var numbers = 0
    private var booleans = 0
    private var nested = 0
    private var fractions = 0
    private var last = ""
    /// How often each value was seen, by its canonical text, and in which order it came first.
    private var counts: [String: Int] = [:]
    private var order: [(canonical: String, spelling: String)] = []
    private var largest = -Double.infinity

    init(name: String) { self.name = name }

    mutating func add(_ value: Value) {
        switch value {
        case .missing: return
        case .number(let text):
            numbers += 1
            if let number = Double(text) {
                largest = max(largest, number)
                if number != number.rounded() { fractions += 1 }
            }
            see(text)
        case .boolean(let text):
            booleans += 1
            see(text)
        case .word(let text): see(text)
        case .nested: nested += 1
        }
        present += 1
    }

    private mutating func see(_ text: String) {
        last = text
        let canonical = ClassTable.canonical(text)
        if let count = counts[canonical] {
            counts[canonical] = count + 1
        } else if counts.count <= Self.maxDistinct {
            counts[canonical] = 1
            order.append((canonical, text))
        }
    }

    var distinct: Int { counts.count }
    var hasManyValues: Bool { counts.count > Self.maxDistinct }
    var isNumeric: Bool { present > 0 && numbers == present }
    var isBoolean: Bool { present > 0 && booleans == present }
    var isNested: Bool { nested > 0 }
    var isWhole: Bool { isNumeric && fractions == 0 }
    var isConstant: Bool { counts.count == 1 }
    /// No value came twice, as far as they were told apart.
    var isUnique: Bool { present > 1 && counts.values.allSatisfy { $0 == 1 } }

    /// Classes, the positive one last: numbers and booleans in their order, words with the rarest last.
    var classes: [String] {
        let sorted = order.sorted { a, b in
            if let left = Double(a.canonical), let right = Double(b.canonical) { return left < right }
            let (left, right) = (counts[a.canonical] ?? 0, counts[b.canonical] ?? 0)
            return left != right ? left > right : a.spelling < b.spelling
        }
        return sorted.map(\.spelling)
    }

    /// The format of an event time, as topologies write it, or nil where the values are no time.
    var timeFormat: String? {
        if isNumeric { return largest > 1e11 ? "unix_ms" : largest > 1e8 ? "unix" : nil }
        if Units.time(last) != nil, last.utf8.count > 10 { return "iso8601" }
        let bytes = Array(last.utf8)
        guard bytes.count >= 19, Units.time(String(last.prefix(10))) != nil, bytes[13] == 0x3a, bytes[16] == 0x3a else {
            return nil
        }
        if bytes[10] == 0x20, bytes.count == 19 { return "%Y-%m-%d %H:%M:%S" }
        return bytes[10] == 0x54 ? "iso8601" : nil
    }
}
