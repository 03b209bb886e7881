import KafkaClient
import Testing
import Topology

@testable import Engine

@Suite("What keeps a topology from starting, for run and doctor alike")
struct TopicSurveyTests {
    private func settings(_ more: String = "") throws -> EngineSettings {
        let text = "\(more)name: a\ninput: {topic: in}\nfeatures: {x: numeric}\nlabel: {field: y, type: binary}\n"
        let plan = try #require(TopologyFile.check(text: text, file: "a.yaml", environment: [:]).0)
        return EngineSettings(topology: plan, instance: "i")
    }

    private func findings(
        creates: Bool = true, more: String = "", _ change: (inout TopicFacts) -> Void
    ) throws -> [TopicSurvey.Finding] {
        var settings = try settings(more)
        settings.createsTopics = creates
        let names = TopicNames(settings.topology)
        var facts = TopicFacts()
        for name in [names.input] + names.made { facts.topics[name] = TopicDescription(partitions: 4, replicas: 1) }
        change(&facts)
        return TopicSurvey(facts, names, settings).findings
    }

    private func only(
        _ weight: TopicSurvey.Finding.Weight, _ words: String..., creates: Bool = true,
        when change: (inout TopicFacts) -> Void
    ) throws {
        let found = try findings(creates: creates, change)
        #expect(found.count == 1 && found.first?.weight == weight, "\(found)")
        for word in words { #expect(found.first?.text.contains(word) == true, "\(word): \(found)") }
    }

    @Test func nothingIsWrongWithGoodTopics() throws {
        #expect(try findings { _ in } == [])
    }

    @Test func inputs() throws {
        try only(.fatal, "the input topic in does not exist") { $0.topics["in"] = TopicDescription() }
        try only(.fatal, "in:", "DESCRIBE", "kafka-acls.sh") { $0.topics["in"] = TopicDescription(isDenied: true) }
    }

    @Test func aLabelTopic() throws {
        let text = """
            name: a
            input: {topic: in, id: i}
            features: {x: numeric}
            label: {field: y, type: binary, topic: lab, id: i, within: 1d}
            """
        let plan = try #require(TopologyFile.check(text: text, file: "a.yaml", environment: [:]).0)
        let names = TopicNames(plan)
        #expect(names.written.contains("a-journal") && names.inputs == ["in", "lab"])
        func findings(_ labels: TopicDescription, _ settings: [String: String] = [:]) -> [TopicSurvey.Finding] {
            var facts = TopicFacts()
            for name in ["in"] + names.made { facts.topics[name] = TopicDescription(partitions: 4, replicas: 1) }
            facts.topics["lab"] = labels
            facts.settings["lab"] = settings
            return TopicSurvey(facts, names, EngineSettings(topology: plan, instance: "i")).findings
        }
        #expect(findings(TopicDescription(partitions: 4, replicas: 1)) == [])
        for (count, words) in [
            (3, ["lab has 3 partitions and in has 4", "Recreate lab with 4"]), (6, ["Recreate in with 6"]),
        ] {
            let found = findings(TopicDescription(partitions: count, replicas: 1))
            #expect(found.count == 1 && found[0].isFatal, "\(found)")
            for word in words + ["one partitioner"] { #expect(found[0].text.contains(word), "\(found)") }
        }
        #expect(findings(TopicDescription()).first?.text.contains("lab does not exist") == true)
        let compacted = findings(TopicDescription(partitions: 4, replicas: 1), ["cleanup.policy": "compact"])
        #expect(compacted.count == 1 && compacted[0].isFatal && compacted[0].text.contains("lab is compacted"))
    }

    @Test func partitionsAndMissingTopics() throws {
        try only(.fatal, "a-drift has 6 partitions and in has 4") { $0.topics["a-drift"]?.partitions = 6 }
        try only(.plan, "a-drift has 2 partitions", "`run` extends") { $0.topics["a-drift"]?.partitions = 2 }
        try only(
            .fatal, "a-drift has 2 partitions", "a-state has 3", "kafka-topics.sh", "--partitions 4", creates: false
        ) {
            $0.topics["a-drift"]?.partitions = 2
            $0.topics["a-state"]?.partitions = 3
        }
        try only(.plan, "`run` creates them") { facts in
            for name in facts.topics.keys where name != "in" { facts.topics[name] = TopicDescription() }
        }
        try only(.fatal, "--no-create-topics is set; needed with 4 partitions", "a-drift", creates: false) {
            $0.topics["a-drift"] = TopicDescription()
        }
        let lost = try findings { $0.topics["a-state"] = TopicDescription() }
        #expect(lost.contains { $0.text.contains("the models are lost") && $0.text.contains("millrace reset") })
    }

    @Test func permissions() throws {
        try only(.fatal, "a-state", "DESCRIBE", "kafka-acls.sh") {
            $0.topics["a-state"] = TopicDescription(isDenied: true)
        }
        try only(.fatal, "group a") { $0.denials = ["group a: …"] }
        try only(.advice, "DESCRIBE_CONFIGS", "in, a-state") { $0.unreadable = ["in", "a-state"] }
    }

    @Test func replication() throws {
        let three = try findings { facts in
            facts.brokers = 3
            for name in facts.topics.keys where name != "a-state" { facts.topics[name]?.replicas = 3 }
        }
        #expect(
            three.count == 1 && three[0].weight == .advice
                && three[0].text.contains("a-state has one replica on 3 brokers"))
        try only(.fatal, "a-state has 1 replicas and min.insync.replicas=2") {
            $0.settings["a-state"] = ["min.insync.replicas": "2"]
        }
    }

    @Test func cleanupPolicies() throws {
        try only(.fatal, "retention would delete the models", "cleanup.policy=compact") {
            $0.settings["a-state"] = ["cleanup.policy": "delete"]
        }
        try only(.fatal, "retention would delete") { $0.settings["a-state"] = ["cleanup.policy": "compact,delete"] }
        try only(.fatal, "in is compacted", "delete") { $0.settings["in"] = ["cleanup.policy": "compact"] }
        try only(.fatal, "a-predictions is compacted") { $0.settings["a-predictions"] = ["cleanup.policy": "compact"] }
        try only(.advice, "less than a day") { $0.settings["in"] = ["retention.ms": "3600000"] }
    }

    @Test func aHistoryNeedsItsEvents() throws {
        let found = try findings(more: "history: 7d\n") {
            $0.settings["in"] = ["retention.ms": "604799999"]
            $0.settings["a-predictions"] = ["retention.ms": "604800000"]
        }
        #expect(found.count == 1 && found[0].weight == .advice && found[0].text.contains("retention.ms to 604800000"))
        let letters = try findings(more: "history: 8d\n") {
            $0.settings["a-dead-letters"] = ["retention.ms": "604800000"]
        }
        #expect(letters.count == 1 && letters[0].text.hasPrefix("a-dead-letters keeps records"), "\(letters)")
    }

    @Test func limits() throws {
        try only(.advice, "a-dead-letters", "a longer letter is cut", "raise its max.message.bytes") {
            $0.settings["a-dead-letters"] = ["max.message.bytes": "1048588"]
        }
        try only(.fatal, "a-dead-letters", "raise its max.message.bytes") {
            $0.settings["a-dead-letters"] = ["max.message.bytes": "60000"]
        }
        try only(.fatal, "a-state takes records of 100000 bytes") {
            $0.settings["a-state"] = ["max.message.bytes": "100000"]
        }
        try only(.fatal, "a-predictions takes records of 1000 bytes") {
            $0.settings["a-predictions"] = ["max.message.bytes": "1000"]
        }
        try only(.advice, "a-predictions takes records of 30000 bytes") {
            $0.settings["a-predictions"] = ["max.message.bytes": "30000"]
        }
        var facts = TopicFacts()
        let names = TopicNames(try settings().topology)
        #expect(facts.limits(names) == TopicLimits())
        facts.settings = ["in": ["max.message.bytes": "9000000"], "a-dead-letters": ["max.message.bytes": "300000"]]
        #expect(facts.limits(names).batchBytes == 300_000 && facts.limits(names).largestDeadLetter == 298_976)
        #expect(facts.limits(names).inputRecordBytes == 9_000_000)
    }
}
