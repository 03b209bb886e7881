import OnlineLearning
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Rows of numbers in one buffer, with what the tests need to run a model over them.
final class Rows {
    let features: [Feature]
    let slots: UnsafeMutablePointer<Double>
    private(set) var labels: [Double] = []
    private let capacity: Int

    init(_ features: [Feature], capacity: Int) {
        self.features = features
        self.capacity = capacity
        slots = .allocate(capacity: max(capacity * features.count, 1))
        slots.initialize(repeating: .nan, count: max(capacity * features.count, 1))
    }

    deinit { slots.deallocate() }

    func append(_ values: [Double], _ label: Double) {
        precondition(labels.count < capacity && values.count == features.count)
        for (index, value) in values.enumerated() { slots[labels.count * features.count + index] = value }
        labels.append(label)
    }

    subscript(_ row: Int) -> Example { Example(slots: slots + row * features.count, count: features.count) }
    var count: Int { labels.count }
}

/// A catalog component's parameters with some of them given.
func values(_ description: ComponentDescription, _ given: [String: ParameterValue] = [:]) -> ParameterValues {
    ParameterValues(description, given)
}

/// Share of right answers when each row is predicted before it is learned, from row `from` on.
func accuracy(_ classifier: any Classifier, classes: Int = 2, _ rows: Rows, from: Int = 0) -> Double {
    var probabilities = [Double](repeating: 0, count: classes)
    var right = 0
    for row in 0..<rows.count {
        classifier.predict(rows[row], into: &probabilities)
        let answer = probabilities.firstIndex(of: probabilities.max()!)!
        if row >= from, answer == Int(rows.labels[row]) { right += 1 }
        classifier.learn(rows[row], classIndex: Int(rows.labels[row]), weight: 1)
    }
    return Double(right) / Double(rows.count - from)
}

/// Text of a file in Tests/Goldens.
func golden(_ name: String, from file: String = #filePath) throws -> String {
    let folder = file.split(separator: "/").dropLast(3).joined(separator: "/")
    let handle = try #require(fopen("/\(folder)/Goldens/\(name)", "r"))
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&part, 1, part.count, handle)
        if count == 0 { break }
        bytes += part[0..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The Electricity stream (Harries 1999): 45 312 rows, 6 numeric features.
func electricity() throws -> Rows {
    let lines = try golden("electricity.csv").utf8.split(separator: UInt8(ascii: "\n"))
    let names = lines[0].split(separator: UInt8(ascii: ",")).dropLast().map { String($0)! }
    let rows = Rows(names.map { Feature($0, .numeric) }, capacity: lines.count)
    for line in lines.dropFirst() {
        let numbers = line.split(separator: UInt8(ascii: ",")).map { Double(String($0)!)! }
        rows.append(Array(numbers.dropLast()), numbers.last!)
    }
    return rows
}

/// A deterministic source of test numbers.
struct Draws {
    private let random: CounterRandom
    private var next: UInt64 = 0
    init(_ seed: UInt64) { random = CounterRandom(seed: seed, component: 9, task: 0) }

    /// Uniform in 0..<1.
    mutating func uniform() -> Double {
        next += 1
        return random.uniform(event: next, draw: 0)
    }

    /// About normal: twelve uniform numbers.
    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + uniform() } }
}
