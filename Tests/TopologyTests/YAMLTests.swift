import Testing

@testable import Topology

@Suite("YAML is read with places and within bounds")
struct YAMLTests {
    private func mistakes(_ text: String) -> [String] {
        YAMLParser.parse(text).mistakes.map { "\($0.0.line):\($0.0.column) \($0.1)" }
    }

    @Test func everyNodeKnowsItsPlace() throws {
        let root = try #require(YAMLParser.parse("a: 1\nb:\n  - x\n  - {é: y}\n").node)
        let list = try #require(root[key: "b"])
        guard case .list(let items) = list.value else { Issue.record("not a list"); return }
        #expect(root[key: "a"]?.mark == YAMLMark(line: 1, column: 4))
        #expect(items.map(\.mark) == [YAMLMark(line: 3, column: 5), YAMLMark(line: 4, column: 5)])
        // Columns are characters, not bytes.
        #expect(items[1][key: "é"]?.mark == YAMLMark(line: 4, column: 9))
    }

    @Test func aliasesStandForTheirAnchor() throws {
        let root = try #require(YAMLParser.parse("a: &x {k: [1, 2]}\nb: *x\n").node)
        #expect(root[key: "b"] == root[key: "a"])
    }

    @Test func billionLaughsEndEarly() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let items = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let parsed = YAMLParser.parse(text)
        #expect(parsed.node == nil)
        #expect(parsed.mistakes.map(\.1) == ["more than 100,000 values, with aliases written out"])
    }

    @Test func deepAliasesCountAsDeep() {
        var text = "a0: &a0 [x]\n"
        for level in 1...70 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(mistakes(text).last?.hasSuffix("nested deeper than 64 levels") == true)
    }

    @Test(arguments: [
        ("", "1:1 the file is empty"),
        ("# only a comment\n", "1:1 the file is empty"),
        ("a: 1\na: 2\n", "2:1 the key 'a' is here a second time, first in line 1"),
        ("a: *x\n", "1:4 no anchor 'x' stands before this alias"),
        ("a: &x [*x]\n", "1:8 no anchor 'x' stands before this alias"),
        ("a: !!int 5\n", "1:4 tags such as 'tag:yaml.org,2002:int' are not part of a topology"),
        ("[a]: 1\n", "1:1 a key must be a word"),
        ("a: 1\n---\nb: 2\n", "2:1 a topology file holds one document, here is a second"),
        (String(repeating: "[", count: 5000), "1:65 nested deeper than 64 levels"),
        (String(repeating: "a", count: 1 << 20) + "b", "1:1 the file is larger than 1 MiB"),
    ])
    func mistakesHavePlaces(text: String, mistake: String) {
        #expect(mistakes(text).first == mistake)
    }

    @Test(arguments: ["a: [1, 2", "a: 'x", "a:\n\t- b", "a: b: c", "%", "a\u{0}b: 1", "a: {b: 1\nc"])
    func brokenTextIsAFinding(text: String) {
        let parsed = YAMLParser.parse(text)
        #expect(parsed.node == nil)
        #expect(parsed.mistakes.count == 1)
        #expect(parsed.mistakes.first?.1.hasPrefix("not valid YAML: ") == true)
    }

    @Test(arguments: [
        "a: 1\nb: [x, 'null', ~]\nc: {d: {e: [1, {f: g}]}}\n", "a: \"x: y # z\\n\\u00e9\"\nb: ''\n", "[1, 2]", "word",
        "b: '-'\n", "a: $${x}\n",
    ])
    func writtenTreesReadBackTheSame(text: String) throws {
        let tree = try #require(YAMLParser.parse(text).node)
        let checker = Checker(file: "t", components: []) { _ in (true, nil) }
        let filled = EnvironmentVariables(values: [:], checker: checker).fill(tree)
        let written = YAMLWriter.text(filled)
        let again = EnvironmentVariables(values: [:], checker: checker).fill(
            try #require(YAMLParser.parse(written).node))
        #expect(YAMLWriter.text(again) == written)
        #expect(Self.shape(again) == Self.shape(filled))
    }

    /// A tree without its places.
    private static func shape(_ node: YAMLNode) -> String {
        if node.isNull { return "null" }
        return switch node.value {
        case .scalar(let text, _): "<\(text)>"
        case .list(let items): "[" + items.map(shape).joined(separator: ",") + "]"
        case .map(let entries): "{" + entries.map { $0.key + ":" + shape($0.node) }.joined(separator: ",") + "}"
        }
    }
}
