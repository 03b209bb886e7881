import Foundation
import OnlineLearning
import Testing

@testable import Topology

@Suite("The JSON Schema says what the checks say")
struct SchemaTests {
    private func schema() throws -> [String: Any] {
        let text = TopologySchema.json(components: SmallCatalog.components)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The schema at a path of members.
    private func part(_ path: [String]) throws -> [String: Any] {
        try path.reduce(schema()) { part, name in try #require(part[name] as? [String: Any], "no \(name)") }
    }

    @Test func everyAvailableKeyIsThereAndNoOther() throws {
        let properties = try #require(try schema()["properties"] as? [String: Any])
        let keys = TopologyKeys.children(of: "").filter { $0.later == nil }.map(\.name)
        #expect(Set(properties.keys) == Set(keys))
        #expect(properties["calibrate"] == nil)
        #expect(try schema()["additionalProperties"] as? Bool == false)
        #expect(Set(try #require(try schema()["required"] as? [String])) == ["name", "features", "label"])
        let label = try part(["properties", "label", "properties"])
        let labelKeys = TopologyKeys.children(of: "label").filter { $0.later == nil }.map(\.name)
        #expect(Set(label.keys) == Set(labelKeys))
    }

    @Test func parametersHaveRangesAndDefaults() throws {
        let model = try #require(try part(["$defs", "model"])["anyOf"] as? [[String: Any]])
        let names = try #require(model[0]["enum"] as? [String])
        #expect(names == ["logistic_regression", "hoeffding_tree", "linear_regression"])
        let properties = try #require(model[1]["properties"] as? [String: [String: Any]])
        #expect(properties["pipeline"] != nil)
        let parameters = try #require(properties["hoeffding_tree"]?["properties"] as? [String: [String: Any]])
        let choices = try #require(parameters["grace_period"]?["anyOf"] as? [[String: Any]])
        #expect(choices[0]["minimum"] as? Int == 1)
        #expect(choices[0]["default"] as? Int == 200)
        #expect(choices[1]["$ref"] as? String == "#/$defs/variable")
    }

    /// Editors must not object to what the checks take.
    @Test func theSchemaTakesWhatTheChecksTake() throws {
        let drift = try #require(try part(["properties", "drift"])["anyOf"] as? [[String: Any]])
        #expect(drift.map { $0["type"] as? String } == ["object", "array"])
        #expect(try part(["properties", "name"])["type"] as? [String] == ["string", "number"])
        let memory = try Regex(try #require(try part(["properties", "memory"])["pattern"] as? String))
        for text in ["256MiB", "1.5GB", "1048576", "${MEMORY}"] { #expect(text.contains(memory), "\(text)") }
        for text in ["256 MiB", "256mib", "a lot"] { #expect(!text.contains(memory), "\(text)") }
    }

    /// PyYAML reads 1e-7 as a word.
    @Test func numbersWithAnExponentAreTaken() throws {
        let pattern = try Regex(try #require(try part(["$defs", "exponent"])["pattern"] as? String))
        for text in ["1e-7", "1_000e3", "2E+5", "1.5e3"] { #expect(text.contains(pattern), "\(text)") }
        for text in ["e7", "1e", "many", "12"] { #expect(!text.contains(pattern), "\(text)") }
        let model = try #require(try part(["$defs", "model"])["anyOf"] as? [[String: Any]])
        let properties = try #require(model[1]["properties"] as? [String: [String: Any]])
        let parameters = try #require(properties["hoeffding_tree"]?["properties"] as? [String: [String: Any]])
        let choices = try #require(parameters["delta"]?["anyOf"] as? [[String: Any]])
        #expect(choices.contains { $0["$ref"] as? String == "#/$defs/exponent" })
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let definitions = Set(try part(["$defs"]).keys)
        var found = 0
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                if let target = object["$ref"] as? String {
                    found += 1
                    #expect(definitions.contains(String(target.dropFirst("#/$defs/".count))), "\(target)")
                }
                object.values.forEach(walk)
            } else if let list = value as? [Any] {
                list.forEach(walk)
            }
        }
        walk(try schema())
        #expect(found > 10)
    }

    @Test func theTableIsSound() {
        let paths = TopologyKeys.all.map(\.path)
        #expect(Set(paths).count == paths.count)
        for key in TopologyKeys.all {
            #expect(key.summary.hasSuffix("."), "\(key.path)")
            if let standard = key.standard, case .choice(let words, _) = key.kind { #expect(words.contains(standard)) }
            switch key.kind {
            case .integer(let range), .size(let range), .duration(let range):
                guard let standard = key.standard else { continue }
                #expect(Checker.number(standard, key.kind).map(range.contains) == true, "\(key.path)")
            default: continue
            }
        }
    }
}
