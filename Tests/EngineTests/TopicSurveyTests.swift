import Testing
import Topology

@testable import Engine

@Suite("Doctor finds what run would stumble over")
struct TopicSurveyTests {
    private func topics() throws -> TopicNames {
        let text = "name: a\ninput: {topic: in}\nfeatures: {x: numeric}\nlabel: {field: y, type: binary}\n"
        return TopicNames(try #require(TopologyFile.check(text: text, file: "a.yaml", environment: [:]).0))
    }

    private func counts(_ change: (inout [String: Int]) -> Void) throws -> [TopicSurvey.Finding] {
        let topics = try topics()
        var counts = Dictionary(uniqueKeysWithValues: ([topics.input] + topics.written).map { ($0, 4) })
        change(&counts)
        var survey = TopicSurvey()
        survey.checkCounts(topics, counts, 4)
        return survey.findings
    }

    private func settings(_ configs: [String: [String: String]]) throws -> [TopicSurvey.Finding] {
        var survey = TopicSurvey()
        survey.checkSettings(try topics(), configs)
        return survey.findings
    }

    @Test func partitionsAndMissingTopics() throws {
        #expect(try counts { _ in } == [])
        let other = try counts { $0["a-drift"] = 2 }
        #expect(other.count == 1 && other[0].isFatal && other[0].text.contains("a-drift has 2 partitions and in has 4"))
        let lost = try counts { $0["a-state"] = nil }
        #expect(lost.count == 1 && lost[0].text.contains("the models are lost"))
        let fresh = try counts { $0 = ["in": 4] }
        #expect(fresh.count == 1 && !fresh[0].isFatal && fresh[0].text.contains("`run` creates them"))
    }

    @Test func settingsThatLoseOrRefuse() throws {
        #expect(try settings(["a-state": ["cleanup.policy": "compact", "max.message.bytes": "1048588"]]) == [])
        let deleted = try settings(["a-state": ["cleanup.policy": "delete"]])
        #expect(
            deleted.count == 1 && deleted[0].isFatal && deleted[0].text.contains("retention would delete the models"))
        #expect(try settings(["in": ["cleanup.policy": "compact"]])[0].text.contains("is compacted"))
        let small = try settings(["a-dead-letters": ["max.message.bytes": "1048588"]])
        #expect(small.count == 1 && small[0].text.contains("raise its max.message.bytes"))
        #expect(try settings(["in": ["retention.ms": "3600000"]])[0].text.contains("less than a day"))
    }
}
