import EventFormats
import Foundation
import OnlineLearning
import Testing
import Text

@testable import Topology

@Suite("What is not said has a default that works, and what is said must fit together")
struct PlanTests {
    @Test func defaultsNeedNoTuning() throws {
        let plan = try #require(check(topology()).plan)
        #expect(plan.bootstrap == "127.0.0.1:9092")
        #expect(plan.layout == EventLayout(.json) && plan.start == .earliest && plan.guarantee == .exactlyOnce)
        #expect(plan.commitInterval == .milliseconds(100))
        #expect(plan.maxRecordBytes == 1 << 20)
        #expect(plan.pipeline.memory == 256 << 20)
        #expect(plan.pipeline.window == 1000)
        #expect(plan.pipeline.maxClasses == 2)
        #expect(plan.pipeline.drift.isEmpty)
        #expect(plan.decoder.labelField == "fraud" && plan.decoder.idField == nil && plan.decoder.timeField == nil)
    }

    /// `memory` bounds what does not grow too: it is refused where that does not fit, and not exceeded in silence.
    @Test(arguments: [
        ("1MiB", "metrics: {window: 100000}", "hoeffding_tree", 1, "windows, transforms and tables"),
        ("64MiB", "metrics: {window: 100000}", "hoeffding_tree", 1, ""),
        ("1MiB", "", "gaussian_nb", 1, ""), ("1MiB", "", "gaussian_nb", 4000, "the model 'a'"),
        ("1MiB", "", "hoeffding_tree", 4000, ""), ("16MiB", "", "gaussian_nb", 4000, ""),
    ])
    func memoryHoldsWhatDoesNotGrow(_ memory: String, _ extra: String, _ model: String, _ width: Int, _ part: String) {
        let features = (0..<width).map { "f\($0): numeric" }.joined(separator: ", ")
        let text = """
            name: a
            input: {topic: x}
            label: {field: y, type: multiclass}
            memory: \(memory)
            models: {a: \(model)}
            features: {\(features)}
            \(extra)
            """
        let messages = TopologyFile.check(text: text, file: "t.yaml", environment: [:]).1.map { $0.message }
        #expect(messages.count == (part.isEmpty ? 0 : 1), "\(messages)")
        #expect(messages.allSatisfy { $0.contains("is too little") && $0.contains(part) })
    }

    @Test func theEnvironmentNamesTheBrokers() throws {
        let variables = ["KAFKA_BOOTSTRAP": "kafka:9092"]
        let (plan, _) = TopologyFile.check(text: topology(), file: "t.yaml", environment: variables)
        #expect(plan?.bootstrap == "kafka:9092")
        let own = topology("kafka: {bootstrap: other:1}")
        #expect(TopologyFile.check(text: own, file: "t.yaml", environment: variables).0?.bootstrap == "other:1")
    }

    @Test(arguments: ["{field: y, type: binry}", "{field: y}"])
    func whatFollowsFromAnUnknownTypeIsNotReported(label: String) {
        let text = """
            name: a
            features: {x: numeric}
            label: \(label)
            models: {a: hoeffding_tree, b: logistic_regression}
            select: at_drift
            drift: [{detector: adwin, signal: error}, {detector: adwin}]
            """
        #expect(check(text).findings.count == 1, "\(check(text).findings)")
    }

    @Test func aModelWithAMistakeIsAChallengerAllTheSame() {
        let findings = check(
            topology("models: {a: hoeffding_tree, b: no_tree}\nselect: at_drift\ndrift: [{detector: adwin}]")
        ).findings
        #expect(findings.count == 1, "\(findings)")
    }

    /// What `select` was before it had a key of its own.
    @Test func theActionSwitchIsSelectAtDrift() throws {
        let models = "models: {a: hoeffding_tree, b: logistic_regression}\n"
        let (plan, findings) = check(
            topology(models + "drift: [{detector: adwin, action: {switch: {probation: 9}}}]"))
        #expect(findings.count == 1 && findings[0].contains("is taken for `select: at_drift`"))
        #expect(plan?.pipeline.select == .atDrift && plan?.pipeline.drift.map(\.action.name) == ["alert"])
        for mode in SelectionMode.allCases {
            let drift = "drift: [{detector: adwin}]\nselect: \(mode.rawValue)"
            #expect(check(topology(models + drift)).plan?.pipeline.select == mode)
        }
        #expect(check(topology(models)).plan?.pipeline.select == .always)
        let blind = check(topology(models + "select: at_drift"))
        #expect(blind.findings == ["t.yaml:5:9: `select: at_drift` needs a detector: an entry of 'drift'"])
    }

    @Test func modelsWithoutAPipelineGetTheirOwn() throws {
        let models =
            "models: {line: logistic_regression, tree: hoeffding_tree, own: {logistic_regression: , pipeline: []}}"
        let plan = try #require(check(topology(models)).plan)
        #expect(plan.pipeline.models.map { $0.transforms?.map(\.name) } == [["standardize"], [], []])
        let shared = try #require(check(topology("pipeline: [impute]\n" + models)).plan)
        #expect(shared.pipeline.transforms.map(\.name) == ["impute"])
        #expect(shared.pipeline.models.map { $0.transforms?.map(\.name) } == [nil, nil, []])
    }

    @Test func driftOfFeaturesNeedsNoLabel() throws {
        let plan = try #require(
            check("name: a\nfeatures: {x: numeric}\nlabel: {type: none}\ndrift: {detector: adwin, signal: x}").plan)
        #expect(plan.pipeline.models.isEmpty)
        #expect(plan.pipeline.drift.map(\.signal) == [.feature("x")])
        #expect(plan.pipeline.drift.map(\.action.name) == ["alert"])
    }

    @Test func timesAndColumns() throws {
        let input = """
            input:
              {format: csv, columns: [a, ts, amount, day, fraud], id: a, start: 2026-01-01,
               time: {field: ts, format: "%d.%m.%Y"}}
            """
        let plan = try #require(check(topology(input)).plan)
        #expect(plan.layout.columns == ["a", "ts", "amount", "day", "fraud"])
        #expect(plan.decoder.timeFormat == .pattern("%d.%m.%Y"))
        #expect(plan.start == .time(1_767_225_600_000))
    }

    @Test(arguments: [
        ("input: {format: csv}", "4:9: `format: csv` needs 'input.columns': a record in Kafka has no header line"),
        ("input: {columns: [a]}", "4:9: 'input.columns' is only for `format: csv`"),
        (
            "input: {format: csv, columns: [amount, dai, fraud]}",
            "4:22: 'input.columns' lacks 'day', which the topology uses (did you mean 'dai'?)"
        ),
        (
            "input: {topic: x}\noutput: {topic: x}",
            "5:10: 'output.topic' is the input's topic: predictions would be read again"
        ),
        ("select: always", "4:9: `select: always` needs a challenger: a second entry of 'models'"),
        ("drift: [{detector: adwin, action: switch}]", "4:35: `switch` needs a challenger: a second entry of 'models'"),
        (
            "drift: [{detector: ddm, signal: loss}]",
            "4:25: `ddm` watches wrong answers only, not 'loss': write `signal: error`"
        ),
        (
            "drift: [{detector: adwin, signal: day}]",
            "4:35: a detector watches numbers, and the feature 'day' is categorical"
        ),
        ("drift: adwin", "4:8: 'drift' must be a list of maps, not 'adwin'"),
        (
            "pipeline: [{standardize: {features: day}}]",
            "4:37: 'standardize' takes numbers, the feature 'day' is categorical"
        ),
        ("pipeline: [{impute: , clip: }]", "4:12: a transform must be a name, or a map of one name to its parameters"),
        ("pipeline: [{standardize: [amount]}]", "4:26: parameters of 'standardize' must be a map, not a list"),
        (
            "models: {a: {hoeffding_tree: , logistic_regression: }}",
            "4:10: the model 'a' must have one component, not 2"
        ),
        ("models: {a.b: hoeffding_tree}", "4:10: a model's name must be a word without dots and spaces, not 'a.b'"),
        ("models: []", "4:9: 'models' must be a map of `name: model`, or `auto`, not a list"),
        (
            "models: {a: {hoeffding_tree: {binary_split: yes}}}",
            "4:45: 'hoeffding_tree.binary_split' must be true or false, not 'yes'"
        ),
        (
            "models: {a: {hoeffding_tree: {grace_period: 1.5}}}",
            "4:45: 'hoeffding_tree.grace_period' must be a whole number from 1 to 1000000, not '1.5'"
        ),
        ("kafka: [a]", "4:8: 'kafka' must be a map, not a list"),
        (
            "calibrate: platt",
            "4:1: 'calibrate' is not available yet: probabilities are published as the model gives them"
        ),
        ("memory: 10KiB", "4:9: 'memory' must be bytes from 1MiB to 1TiB, as 64KiB or 1GB, not '10KiB'"),
        (
            "tests: [{name: a, generate: {stream: froud}, expect: {drifts: 1}}]",
            "4:38: 'stream' must be agrawal or fraud"
        ),
        (
            "tests: [{name: a, generate: {stream: sea, parameters: {nois: 1}}, expect: []}]",
            "4:43: sea has no parameter nois"
        ),
    ])
    func whatDoesNotFitIsFound(extra: String, finding: String) {
        let (plan, findings) = check(topology(extra))
        #expect(plan == nil)
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("t.yaml:" + finding) == true, "\(findings)")
    }

    @Test(arguments: [
        ("type: regression, classes: [1, 2]", "'label.classes' has no use with `type: regression`"),
        ("type: multiclass, classes: [1]", "'label.classes' must be 2 to 1024 classes, not 1"),
        ("type: binary, max_classes: 3", "'label.max_classes' is only for `type: multiclass`, not binary"),
        ("classes: [1, 2]", "'label.type' is missing: what kind of truth it is"),
    ])
    func labels(label: String, message: String) {
        let (_, findings) = check("name: a\nfeatures: {x: numeric}\nlabel: {field: y, \(label)}")
        #expect(findings.count == 1)
        #expect(findings.first?.contains(message) == true, "\(findings)")
    }

    @Test func loadThrowsAllErrorsOfAFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "load-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data("nam: x\nfeatures: []\n".utf8).write(to: path)
        let errors = #expect(throws: TopologyErrors.self) { try TopologyFile.load(path: path.path, environment: [:]) }
        #expect(errors?.findings.map { "\($0.line):\($0.column)" } == ["1:1", "1:1", "1:1", "2:11"])
        try Data([0x6e, 0xff, 0xfe]).write(to: path)
        #expect(
            throws: TopologyErrors([
                Finding(file: path.path, line: 1, column: 2, message: "the file is not UTF-8 text: byte 0xff")
            ]
            )
        ) {
            try TopologyFile.load(path: path.path, environment: [:])
        }
        let absent = #expect(throws: TopologyErrors.self) {
            try TopologyFile.load(path: "/no/such.yaml", environment: [:])
        }
        #expect(absent?.description == "/no/such.yaml:1:1: cannot read the file: No such file or directory")
    }
}
