import OnlineLearning
import Testing

@testable import Topology

@Suite("Environment variables and overrides")
struct SubstitutionTests {
    @Test func variablesFillValues() {
        let (plan, findings) = check(
            topology(
                "kafka: {bootstrap: \"${HOST}:${PORT:-9092}\"}\nseed: ${SEED:-7}\noutput: {topic: \"${EMPTY:-out}\"}"),
            environment: ["HOST": "kafka", "EMPTY": ""])
        #expect(findings == [])
        #expect(plan?.bootstrap == "kafka:9092")
        #expect(plan?.pipeline.seed == 7)
        #expect(plan?.outputTopic == "out")
    }

    @Test(arguments: [
        (
            "seed: ${SEED}",
            "4:7: the environment variable 'SEED' is not set and has no default: set it or write ${SEED:-default}"
        ),
        ("seed: ${1X}", "4:7: '${1X}' is not a variable: write ${NAME} or ${NAME:-default}"),
        ("seed: ${X", "4:7: '${' without its '}' (write '$${' for the characters themselves)"),
    ])
    func badVariablesHavePlaces(line: String, finding: String) {
        #expect(check(topology(line)).findings.first == "t.yaml:\(finding)")
    }

    @Test func aVariableCannotBecomeKeys() {
        let (_, findings) = check(topology("seed: ${X}"), environment: ["X": "1\nscope: key # "])
        #expect(findings.count == 1)
        #expect(findings[0].hasPrefix("t.yaml:4:7: 'seed' must be a whole number"))
    }

    @Test func secretsComeFromOutsideAndAreNotStored() {
        let text = topology("kafka: {properties: {sasl.username: me, sasl.password: \"${PASSWORD}\"}}")
        let (plan, findings) = check(text, environment: ["PASSWORD": "hunter2"])
        #expect(findings == [])
        #expect(plan?.kafkaProperties.map { "\($0.0)=\($0.1)" } == ["sasl.username=me", "sasl.password=hunter2"])
        #expect(plan?.text.contains("hunter2") == false)
        #expect(plan?.text.contains("${PASSWORD}") == true)
    }

    @Test(arguments: ["hunter2", "${P:-hunter2}", "x${P}", "${P}x", "${P}${P}", "file:/no/such/file"])
    func secretsInPlainTextAreRefused(value: String) {
        let text = topology("kafka: {properties: {sasl.password: \"\(value)\"}}")
        let (plan, findings) = check(text, environment: ["P": "x"])
        #expect(plan == nil)
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("t.yaml:4:37: the secret 'sasl.password'") == true)
    }

    @Test func overridesReachEveryPart() {
        let text = topology(
            "models: {tree: hoeffding_tree, line: {logistic_regression: {optimizer: sgd}}}\ndrift: [{detector: adwin}]")
        let (plan, findings) = check(
            text,
            overrides: [
                ("models.tree.hoeffding_tree.delta", "0.01"), ("kafka.properties.socket.keepalive.enable", "true"),
                ("label.classes", "[no, yes]"), ("drift.0.signal", "amount"), ("drift.0.detector.adwin.delta", "0.5"),
                ("seed", "9"), ("models.line.logistic_regression.optimizer", "adagrad"), ("input.topic", "t"),
                ("seed", "10"),
            ])
        #expect(findings == [])
        #expect(plan?.pipeline.models[0].component.parameters.number("delta") == 0.01)
        #expect(plan?.pipeline.models[1].component.parameters.choice("optimizer") == "adagrad")
        #expect(plan?.kafkaProperties.first?.0 == "socket.keepalive.enable")
        #expect(plan?.pipeline.classes == ["no", "yes"])
        #expect(plan?.pipeline.drift.first?.signal == .feature("amount"))
        #expect(plan?.pipeline.drift.first?.detector.parameters.number("delta") == 0.5)
        #expect(plan?.pipeline.seed == 10)
        #expect(plan?.inputTopic == "t")
    }

    @Test(arguments: [
        ("seeds", "1", "--set seeds:1:1: unknown key 'seeds' in a topology (did you mean 'seed'?)"),
        ("seed", "x", "--set seed:1:1: 'seed' must be a whole number from 0 to 9223372036854775807, not 'x'"),
        ("name.x", "1", "--set name.x:1:1: 'name' is 'shop' and has no keys of its own"),
        ("a..b", "1", "--set a..b:1:1: 'a..b' is not a path: write section.key=value"),
        (
            "drift.3.signal", "loss",
            "--set drift.3.signal:1:1: 'drift' is a list of 1: '3' must be a position from 0 in it"
        ),
        ("kafka.properties.sasl.password", "x", "--set kafka.properties.sasl.password:1:1: the secret 'sasl.password'"),
        (
            "kafka.properties.group.id", "x",
            "--set kafka.properties.group.id:1:1: the engine owns the property 'group.id'"
        ),
    ])
    func mistakesInOverridesNameThem(path: String, value: String, finding: String) {
        let (plan, findings) = check(topology("drift: [{detector: adwin}]"), overrides: [(path, value)])
        #expect(plan == nil)
        #expect(findings.count == 1)
        #expect(
            findings.first?.replacing(" in a topology", with: "").hasPrefix(
                finding.replacing(" in a topology", with: "")) == true)
    }

    @Test func storedTextGivesTheSamePlan() throws {
        let text = topology(
            "seed: ${S:-5}\nmodels: {tree: hoeffding_tree}\ndrift: [{detector: adwin, signal: loss}]\npipeline: impute")
        let plan = try #require(check(text, overrides: [("memory", "1GiB")]).plan)
        let again = try #require(check(plan.text).plan)
        #expect(again.pipeline == plan.pipeline)
        #expect(again.text == plan.text)
        #expect(again.pipeline.memory == 1 << 30)
    }
}
