import Testing

@testable import Topology

@Suite("A topology means the same to every reader, and messages keep what the environment holds to themselves")
struct AmbiguityTests {
    @Test(arguments: ["yes", "No", "ON", "off"])
    func wordsThatYAML11TakesForTruthStandInQuotes(word: String) {
        let mistake = "in quotes for the word"
        #expect(check(topology("label2: \(word)\n")).findings.contains { $0.contains(mistake) })
        let classes = "name: a\nfeatures: {x: numeric}\nlabel: {field: y, type: binary, classes: [a, WORD]}\n"
        #expect(
            check(classes.replacing("WORD", with: word)).findings.first?.hasPrefix("t.yaml:3:46: `\(word)` is") == true)
        #expect(check(classes.replacing("WORD", with: "\"\(word)\"")).findings == [])
        let feature = "name: a\nfeatures: {WORD: numeric}\nlabel: {field: y, type: binary}\n"
        #expect(check(feature.replacing("WORD", with: word)).findings.count == 1)
        #expect(check(feature.replacing("WORD", with: "'\(word)'")).findings == [])
    }

    @Test func theWriterQuotesThem() {
        let text = "name: a\nfeatures: {\"on\": numeric}\nlabel: {field: y, type: binary, classes: [\"no\", \"yes\"]}\n"
        let written = check(text).plan?.text ?? ""
        #expect(check(written).findings == [])
        #expect(written.contains("\"on\"") && written.contains("\"yes\""))
    }

    @Test func numbersAndTruthAreSpelledAsEverywhere() {
        for word in ["true", "True", "TRUE"] {
            let models = "models: {tree: {hoeffding_tree: {binary_split: \(word)}}}\n"
            #expect(check(topology(models)).findings == [], "\(word)")
        }
        #expect(check(topology("seed: 010\n")).findings.count == 1)
        #expect(check(topology("seed: 0\n")).findings == [])
    }

    @Test func theOldNameOfSignalIsNamed() {
        #expect(
            check(topology("drift: {detector: adwin, on: error}\n")).findings
                == ["t.yaml:4:26: 'on' is called 'signal': readers of YAML 1.1 take `on` for true"])
    }

    @Test func anOverrideOfWhatIsNotThereIsAFinding() {
        let text = topology("models: {tree: hoeffding_tree, linear: logistic_regression}\n")
        #expect(
            check(text, overrides: [("models.tre.hoeffding_tree.grace_period", "5")]).findings
                == [
                    "--set models.tre.hoeffding_tree.grace_period:1:1: there is no model 'tre' to change "
                        + "(did you mean 'tree'?)"
                ])
        #expect(
            check(text, overrides: [("features.weight", "numeric")]).findings
                == ["--set features.weight:1:1: there is no feature 'weight' to change: there is amount, day"])
        #expect(check(text, overrides: [("models.tree.hoeffding_tree.grace_period", "5")]).findings == [])
        #expect(check(text, overrides: [("commit_interval", "1s")]).findings == [])
    }

    @Test func whatTheEnvironmentHoldsIsNeitherPrintedNorStored() {
        let environment = ["PW": "hunter2-and-more", "N": "many"]
        for (line, written) in [
            ("seed: ${PW}", "'${PW}'"), ("scope: ${PW}", "'${PW}'"), ("commit_interval: ${N}", "'${N}'"),
            ("input: {topic: \"${PW}/\"}", "'${PW}/'"), ("models: {tree: \"${PW}\"}", "'${PW}'"),
            ("drift: {detector: adwin, signal: \"${N}\"}", "'${N}'"),
            ("guarantee: \"${PW:-x}\"", "'${PW:-x}'"),
        ] {
            let findings = check(topology(line + "\n"), environment: environment).findings
            #expect(!findings.isEmpty, "\(line)")
            for finding in findings {
                #expect(!finding.contains("hunter2") && !finding.contains("'many'"), "\(finding)")
                #expect(finding.contains(written), "\(finding)")
            }
        }
        let stored = check(
            topology("kafka: {properties: {sasl.username: \"${PW}\"}}\nseed: ${S:-5}\n"), environment: environment)
        let text = stored.plan?.text ?? ""
        #expect(text.contains("${PW}") && text.contains("${S:-5}") && !text.contains("hunter2"))
        #expect(check(text, environment: environment).plan?.pipeline == stored.plan?.pipeline)
    }
}
