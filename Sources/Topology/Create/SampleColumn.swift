import EventFormats
import OnlineLearning

/// What a sample shows of one field.
struct SampleColumn {
    /// How a value was written.
    enum Value: Equatable {
        /// Nothing; the word that stood for it, or empty.
        case missing(String)
        case number(String, Double)
        /// A number with a decimal comma.
        case comma(String, Double)
        case boolean(String)
        case word(String)
        /// A list or a map, which no feature can hold.
        case nested
    }

    /// What most values are.
    enum Form { case empty, numeric, boolean, words, nested }

    /// More different values than this are not told apart.
    static let maxDistinct = 1000
    static let maxOdd = 20

    let name: String
    private(set) var present = 0
    private(set) var numbers = SampleNumbers()
    private(set) var booleans = 0
    private(set) var nested = 0
    private var times = 0
    private(set) var missing: [String: Int] = [:]
    /// Texts that are no numbers, how often; no more than `maxOdd` of them.
    private(set) var odd: [String: Int] = [:]
    private(set) var hasManyOdd = false
    private var truths: Set<Bool> = []
    /// Numbers with a decimal comma, and their texts: words until the whole sample shows what they are.
    private(set) var commas = SampleNumbers()
    private var commaTexts: [String] = []
    /// Its numbers may have a decimal comma.
    private(set) var hasDecimalCommas = false
    /// How often each value was seen, by its canonical text, and in which order it came first.
    private(set) var counts: [String: Int] = [:]
    private(set) var order: [(canonical: String, spelling: String)] = []
    /// The value that was counted last.
    private var last = (spelling: "", canonical: "")
    /// Of fields that may be ids: every value seen, and whether one came twice.
    private var seen: Set<UInt64>?
    private(set) var hasRepeats = false

    /// - Parameter mayBeID: whether values must be told apart however many there are.
    init(name: String, mayBeID: Bool = false) {
        self.name = name
        seen = mayBeID ? [] : nil
    }

    mutating func add(_ value: Value) {
        switch value {
        case .missing(let word):
            missing[word, default: 0] += 1
            return
        case .number(let text, let number):
            numbers.add(number)
            see(text)
        case .comma(let text, let number):
            commas.add(number)
            if commaTexts.count <= Self.maxOdd { commaTexts.append(text) }
            see(text)
        case .boolean(let text):
            booleans += 1
            CellText.truth(text).map { _ = truths.insert($0) }
            addOdd(text)
            see(text)
        case .word(let text):
            if Array(text.utf8).withUnsafeBytes({ TimeText.iso8601($0) }) != nil { times += 1 }
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
        // What cannot change anything any more.
        if seen == nil, hasManyValues { return }
        if text == last.spelling {
            counts[last.canonical, default: 0] += 1
            hasRepeats = true
            return
        }
        let canonical = ClassTable.canonical(text)
        if let isNew = seen?.insert(StableHash.of(canonical)).inserted, !isNew { hasRepeats = true }
        if let count = counts[canonical] {
            counts[canonical] = count + 1
            hasRepeats = true
        } else if counts.count <= Self.maxDistinct {
            counts[canonical] = 1
            order.append((canonical, text))
        } else {
            return
        }
        last = (text, canonical)
    }

    /// Says what numbers with a decimal comma are in this sample: numbers, or words like others.
    mutating func settle(hasDecimalCommas: Bool) {
        self.hasDecimalCommas = hasDecimalCommas && commas.count > 0
        if hasDecimalCommas { numbers.add(commas) } else { commaTexts.forEach { addOdd($0) } }
        commaTexts = []
    }

    // MARK: What it is

    var distinct: Int { counts.count }
    var hasManyValues: Bool { counts.count > Self.maxDistinct }
    var isWhole: Bool { numbers.fractions == 0 }
    var isConstant: Bool { counts.count == 1 }
    /// No value came twice.
    var isUnique: Bool { present > 1 && !hasRepeats && (seen != nil || !hasManyValues) }
    /// Most values come once or twice: words that say nothing of other events.
    var isMostlyUnique: Bool { distinct > 20 && distinct * 2 > present }

    /// What the values are, odd ones aside: one odd value in five or more, or five in a hundred, decide nothing; nor does
    /// one word that stands for nothing among numbers. Truth values are words of both kinds, so that a column of which
    /// only one is seen, or one with a third word, stays open.
    var form: Form {
        if present == 0 { return .empty }
        let allowed = present >= 5 ? max(1, present / 20) : 0
        func isMost(_ count: Int) -> Bool { count > 0 && present - count <= allowed }
        let others = present - numbers.count
        if isMost(numbers.count), !hasManyOdd || others * 100 <= present { return .numeric }
        if numbers.count * 2 > present, nested == 0, odd.count == 1, booleans == 0 { return .numeric }
        let strange = odd.keys.count { CellText.truth($0) == nil }
        let isClear = truths.count == 2 || odd.keys.allSatisfy { CellText.truth($0) == nil || Self.isLiteral($0) }
        if isMost(booleans), isClear, strange <= 1 { return .boolean }
        return nested > allowed ? .nested : .words
    }

    private static func isLiteral(_ text: String) -> Bool { ["true", "false"].contains(text.lowercased()) }

    /// The format of an event time, as topologies write it, or nil where not every value is a time.
    var timeFormat: String? {
        if numbers.count == present, present > 0 {
            return numbers.smallest > 1e11
                ? "unix_ms" : numbers.smallest > 1e8 && numbers.largest < 1e11 ? "unix" : nil
        }
        return times == present && present > 0 ? "iso8601" : nil
    }
}

/// What a sample shows of a field's numbers.
struct SampleNumbers {
    private(set) var count = 0
    /// Numbers that are not whole.
    private(set) var fractions = 0
    private(set) var smallest = Double.infinity
    private(set) var largest = -Double.infinity

    mutating func add(_ number: Double) {
        count += 1
        if number != number.rounded() { fractions += 1 }
        smallest = min(smallest, number)
        largest = max(largest, number)
    }

    mutating func add(_ other: SampleNumbers) {
        count += other.count
        fractions += other.fractions
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
    }
}
