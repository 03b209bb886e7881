import OnlineLearning
import Testing

@testable import Topology

@Suite("Findings have places, say what is wrong, and come all at once")
struct FindingsTests {
    @Test func allMistakesAtOnce() {
        let text = """
            name: shop/1
            sed: 1
            kafka:
              bootstrap: [a]
              properties:
                group.id: mine
                compression.typ: lz4
                sasl.password: hunter2
            input:
              topic: orders
              format: avro
              max_record_bytes: 12
              start: yesterday
            features:
              amount: numerik
              day: {kind: numeric, max_categories: 7}
            label:
              field: amount
              type: binary
              classes: [1, true, no]
              within: 24h
            pipeline: [standardise, {one_hot: {features: [amount, dai]}}]
            models:
              tree: {hoeffding_tree: {grace_perid: 200, delta: 2}}
              linear: {logistic_regression: {optimizer: adagard}, pipeline: [standardize]}
              forest: adaptive_random_forest
              numbers: linear_regression
            drift:
              - {detector: ddm, signal: amount}
              - {signal: eror, action: backgroun}
            scope: global
            commit_interval: 100
            commit_interval: 1s
            tests:
              - {name: a, expect: [{acuracy: "> 0.7"}, {drifts: many}]}
            """
        #expect(check(text).plan == nil)
        let expected = #"""
            t.yaml:1:7: 'name' is 'shop/1', with a character that Kafka does not take: it must be a Kafka topic: letters, digits, '.', '_', '-'
            t.yaml:2:1: unknown key 'sed' (did you mean 'seed'?)
            t.yaml:4:14: 'kafka.bootstrap' must be text, not a list
            t.yaml:6:5: the engine owns the property 'group.id': it is the topology's name
            t.yaml:7:5: librdkafka has no property 'compression.typ' (did you mean 'compression.type'?)
            t.yaml:8:20: the secret 'sasl.password' stands here as plain text: write ${NAME} for an environment variable, or file:PATH
            t.yaml:9:1: 'input.id' is missing: a label finds its event by its id, and a Kafka key may come again
            t.yaml:11:11: 'input.format: avro' is not available yet: there is json, csv
            t.yaml:12:21: 'input.max_record_bytes' must be bytes from 1KiB to 512MiB, as 64KiB or 1GB, not '12'
            t.yaml:13:10: 'input.start' must be earliest, latest or a time as 2026-11-21T10:00:00Z, not 'yesterday'
            t.yaml:15:11: 'amount' must be numeric or boolean or categorical, not 'numerik' (did you mean 'numeric'?)
            t.yaml:16:24: 'max_categories' is only for `kind: categorical`
            t.yaml:17:1: 'label.id' is missing: the field of a label's record with the id of its event
            t.yaml:18:3: the label 'amount' is also a feature: the model would see the answer
            t.yaml:20:3: 'label.classes' of a binary label must be two, not 3
            t.yaml:20:16: 'label.classes' has 'true' twice (1, 1.0, "1" and true are one class)
            t.yaml:20:22: `no` is false to readers of YAML 1.1: write `false`, or "no" in quotes for the word
            t.yaml:22:12: 'standardise' is not known as a transform (did you mean 'standardize'?)
            t.yaml:22:47: 'one_hot' takes categories, the feature 'amount' is numeric
            t.yaml:22:55: 'one_hot.features' names 'dai', which is no feature (did you mean 'day'?)
            t.yaml:24:27: 'hoeffding_tree' has no parameter 'grace_perid' (did you mean 'grace_period'?)
            t.yaml:24:52: 'hoeffding_tree.delta' must be a number from 0 to 1, not '2'
            t.yaml:25:45: 'logistic_regression.optimizer' must be sgd or adagrad, not 'adagard' (did you mean 'adagrad'?)
            t.yaml:26:11: 'adaptive_random_forest' is not available yet: there is logistic_regression, hoeffding_tree
            t.yaml:27:12: 'linear_regression' is a regressor and cannot be a model of classes (`label.type: binary`): there is logistic_regression, hoeffding_tree
            t.yaml:29:21: `ddm` watches wrong answers only, not 'amount': write `signal: error`
            t.yaml:30:5: 'detector' is missing: the detector
            t.yaml:30:14: 'signal' must be error, loss or a feature, not 'eror' (did you mean 'error'?)
            t.yaml:30:28: 'backgroun' is not known as an action (did you mean 'background'?)
            t.yaml:31:8: 'scope: global' is not available yet: there is partition
            t.yaml:32:18: 'commit_interval' must be a time from 1ms to 1m, as 100ms, 5s or 1m, not '100'
            t.yaml:33:1: the key 'commit_interval' is here a second time, first in line 32
            t.yaml:35:5: a test needs 'input' or 'generate'
            t.yaml:35:25: unknown metric 'acuracy' (did you mean 'accuracy'?)
            t.yaml:35:53: 'drifts' must be a number, "> 0.7", "0.7..0.9" or "0.8 ± 0.05", not 'many'
            """#
        #expect(check(text).findings == expected.split(separator: "\n").map(String.init))
    }

    @Test func theShortestTopologyIsGood() {
        let (plan, findings) = check(topology())
        #expect(findings == [])
        #expect(plan?.outputTopic == "shop-predictions")
        #expect(plan?.pipeline.models.map { $0.name } == ["hoeffding_tree"])
        #expect(
            plan?.pipeline.schema
                == Schema([Feature("amount", .numeric), Feature("day", .categorical, maxCategories: 7)]))
    }
}
