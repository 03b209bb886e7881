import Testing

@testable import Topology

@Suite("No text crashes the checks or makes them hang")
struct FuzzTests {
    /// A good topology with every section.
    static let whole = """
        name: shop
        seed: 1
        kafka: {bootstrap: "${H:-127.0.0.1:9092}", properties: {compression.type: lz4}}
        input: {topic: orders, format: csv, columns: [amount, day, fraud, ts], time: {field: ts, format: unix}}
        features: &f
          amount: {kind: numeric, unit: EUR}
          day: {kind: categorical, max_categories: 7}
        label: {field: fraud, type: binary, classes: [0, 1]}
        pipeline: [impute, {standardize: {features: [amount]}}]
        models:
          tree: {hoeffding_tree: {grace_period: 100, binary_split: true}}
          line: {logistic_regression: {optimizer: sgd}, pipeline: [one_hot]}
        drift:
          - {detector: {adwin: {delta: 0.1}}, signal: error, action: {background: {probation: 10}}}
        metrics: {window: 100}
        output: {topic: out}
        tests:
          - {name: a, generate: {stream: fraud, events: 10}, expect: [{accuracy: "> 0.7"}]}
        """

    private struct Draws {
        var state: UInt64
        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test func theWholeTopologyIsGood() { #expect(check(Self.whole).findings == []) }

    @Test(arguments: 0..<40)
    func mangledBytes(seed: Int) {
        var draws = Draws(state: UInt64(seed) &+ 77)
        let special = Array("{}[]:,-#&*!|>'\"%@`\n\t $\u{0}?~<=".utf8)
        for _ in 0..<50 {
            var bytes = Array(Self.whole.utf8)
            for _ in 0...draws.next(6) {
                let position = draws.next(bytes.count)
                switch draws.next(5) {
                case 0: bytes[position] = special[draws.next(special.count)]
                case 1: bytes.insert(special[draws.next(special.count)], at: position)
                case 2: bytes.remove(at: position)
                case 3: bytes.removeSubrange(position..<min(bytes.count, position + draws.next(60)))
                default:
                    bytes.insert(
                        contentsOf: bytes[position..<min(bytes.count, position + draws.next(60))], at: position)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            examine(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Swaps values of the tree for values of other kinds: each reader meets what it does not expect.
    @Test(arguments: 0..<20)
    func mangledValues(seed: Int) {
        var draws = Draws(state: UInt64(seed) &+ 1)
        let values = [
            "{}", "[]", "~", "''", "[[]]", "{a: {b: c}}", "9999999999999999999999", "-1", ".nan", "${X}", "\"\\u0000\"",
        ]
        let lines = Self.whole.split(separator: "\n").map(String.init)
        for _ in 0..<50 {
            var text = lines
            for _ in 0...draws.next(3) {
                let line = draws.next(text.count)
                let words = text[line].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                let word = draws.next(words.count)
                text[line] = words.enumerated().map {
                    $0.offset == word ? values[draws.next(values.count)] : $0.element
                }
                .joined(separator: " ")
            }
            examine(text.joined(separator: "\n"))
        }
    }

    private func examine(_ text: String) {
        let (plan, findings) = TopologyFile.check(
            text: text, file: "t.yaml", environment: [:], components: SmallCatalog.components)
        // Either a plan or a reason, and every reason has a place in the text.
        #expect(plan != nil || !findings.isEmpty)
        let lines = text.utf8.count { $0 == 0x0a || $0 == 0x0d } + 2
        for finding in findings {
            #expect(finding.line >= 1 && finding.line <= lines && finding.column >= 1, "\(finding)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func hugeTopologiesEnd() {
        let count = 30_000
        let features = (0..<count).map { "f\($0): numric" }.joined(separator: ", ")
        let names = (0..<count).map { "f\($0)x" }.joined(separator: ", ")
        let texts = [
            "features: {\(features)}", "pipeline: [{standardize: {features: [\(names)]}}]",
            "input: {columns: [\(names)]}",
            (0..<count).map { "key\($0): 1" }.joined(separator: "\n"), "models: {\(features)}",
        ]
        for text in texts { #expect(check(text).findings.count > 0) }
    }
}
