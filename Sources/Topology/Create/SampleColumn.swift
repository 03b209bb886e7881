import EventFormats
import OnlineLearning

/// What a sample shows of one field.
struct SampleColumn {
    /// How a value was written.
    enum Value: Equatable {
        /// Nothing; the word that stood for it, or empty.
        case missing(String)
        case number(String, Double)
        case boolean(String)
        case word(String)
        /// A list or a map, which no feature can hold.
        case nested
    }

    /// What most values are.
    enum Form { case empty, numeric, boolean, words, nested }

    /// More different values than this are not told apart.
    static let maxDistinct = 1000
    private static let maxOdd = 20

    let name: String
    private(set) var present = 0
    private(set) var numbers = 0
    private var booleans = 0
    private var nested = 0
    private var fractions = 0
    private var times = 0
    private var decimalCommas = 0
    private var missing: [String: Int] = [:]
    /// Words that are neither a number nor a truth value, how often; no more than `maxOdd` of them.
    private var odd: [String: Int] = [:]
    private var hasManyOdd = false
    /// How often each value was seen, by its canonical text, and in which order it came first.
    private var counts: [String: Int] = [:]
    private var order: [(canonical: String, spelling: String)] = []
    private var smallest = Double.infinity
    private var largest = -Double.infinity

    init(name: String) { self.name = name }

    mutating func add(_ value: Value) {
        switch value {
        case .missing(let word):
            missing[word, default: 0] += 1
            return
        case .number(let text, let number):
            numbers += 1
            smallest = min(smallest, number)
            largest = max(largest, number)
            if number != number.rounded() { fractions += 1 }
            see(text)
        case .boolean(let text):
            booleans += 1
            addOdd(text)
            see(text)
        case .word(let text):
            if let bytes = Optional(Array(text.utf8)), bytes.withUnsafeBytes({ TimeText.iso8601($0) }) != nil {
                times += 1
            }
            if Self.isDecimalComma(text) { decimalCommas += 1 }
            addOdd(text)
            see(text)
        case .nested: nested += 1
        }
        present += 1
    }

    private mutating func addOdd(_ text: String) {
        if odd[text] != nil || odd.count < Self.maxOdd { odd[text, default: 0] += 1 } else { hasManyOdd = true }
    }

    private mutating func see(_ text: String) {
        let canonical = ClassTable.canonical(text)
        if let count = counts[canonical] {
            counts[canonical] = count + 1
        } else if counts.count <= Self.maxDistinct {
            counts[canonical] = 1
            order.append((canonical, text))
        }
    }

    private static func isDecimalComma(_ text: String) -> Bool {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && (parts[0] + parts[1]).utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2d }
    }

    // MARK: What it is

    var distinct: Int { counts.count }
    var hasManyValues: Bool { counts.count > Self.maxDistinct }
    var isWhole: Bool { fractions == 0 }
    var isConstant: Bool { counts.count == 1 }
    /// No value came twice, as far as they were told apart.
    var isUnique: Bool { present > 1 && counts.values.allSatisfy { $0 == 1 } }
    /// Most values come once or twice: words that say nothing of other events.
    var isMostlyUnique: Bool { distinct > 20 && distinct * 2 > present }

    /// One odd value in five or more, or five in a hundred, decide nothing; nor does one word that stands for nothing.
    var form: Form {
        if present == 0 { return .empty }
        let allowed = present >= 5 ? max(1, present / 20) : 0
        func isMost(_ count: Int) -> Bool { count > 0 && present - count <= allowed }
        if isMost(numbers) || (numbers * 2 > present && nested == 0 && odd.count == 1 && booleans == 0) {
            return .numeric
        }
        if isMost(booleans) { return .boolean }
        return nested > allowed ? .nested : .words
    }

    /// Words that stand in the way of the form, most frequent first: to be taken for no value.
    var oddWords: [String] {
        let words = form == .boolean ? odd.filter { CellText.truth($0.key) == nil } : form == .numeric ? odd : [:]
        return words.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    /// Values that will be rejected: lists among words or numbers, numbers among truth values, too many odd words.
    var rejected: Int {
        switch form {
        case .numeric: present - numbers - (hasManyOdd ? 0 : odd.values.reduce(0, +))
        case .boolean: present - booleans - (hasManyOdd ? 0 : oddWords.reduce(0) { $0 + (odd[$1] ?? 0) })
        case .words: nested
        case .nested, .empty: 0
        }
    }

    /// `59 numbers and 1 'NA'`, or empty where all values are of one form.
    var mixture: String {
        var parts: [(Int, String)] = []
        if numbers > 0 { parts.append((numbers, numbers == 1 ? "number" : "numbers")) }
        if form == .numeric || form == .boolean {
            let truths = form == .boolean ? booleans : 0
            if truths > 0 { parts.append((truths, truths == 1 ? "truth value" : "truth values")) }
            parts += oddWords.prefix(3).map { (odd[$0] ?? 0, "'\($0)'") }
            let others = oddWords.dropFirst(3).reduce(0) { $0 + (odd[$1] ?? 0) }
            if others > 0 { parts.append((others, "other words")) }
        } else if present - numbers - nested > 0 {
            parts.append((present - numbers - nested, present - numbers - nested == 1 ? "word" : "words"))
        }
        if nested > 0 { parts.append((nested, nested == 1 ? "list or map" : "lists or maps")) }
        parts += missing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map {
            ($0.value, $0.key.isEmpty ? "empty" : "'\($0.key)'")
        }
        guard parts.count > 1 else { return "" }
        let texts = parts.map { "\($0.0) \($0.1)" }
        return texts.dropLast().joined(separator: ", ") + " and " + texts[texts.count - 1]
    }

    /// Most words are numbers with a decimal comma.
    var hasDecimalCommas: Bool { decimalCommas * 2 > present }

    /// Classes, the positive one last: numbers and truth values in their order, words with the rarest last.
    var classes: [String] {
        let usable = form == .numeric ? order.filter { CellText.number($0.spelling) != nil } : order
        let sorted = usable.sorted { a, b in
            if let left = Double(a.canonical), let right = Double(b.canonical) { return left < right }
            let (left, right) = (counts[a.canonical] ?? 0, counts[b.canonical] ?? 0)
            return left != right ? left > right : a.spelling < b.spelling
        }
        return sorted.map(\.spelling)
    }

    /// The format of an event time, as topologies write it, or nil where not every value is a time.
    var timeFormat: String? {
        if numbers == present, present > 0 {
            return smallest > 1e11 ? "unix_ms" : smallest > 1e8 && largest < 1e11 ? "unix" : nil
        }
        return times == present && present > 0 ? "iso8601" : nil
    }
}
