// compare [--seeds N] [--after ROW] [--regression] [--classes] FILE… -- MODEL[:name=value,…]…
// compare --detectors FILE
//
// The second form times every drift detector on a file of `0` and `1`.
//
// Prequential runs of models of the catalog over CSV files: one JSON line per model, file: accuracy and log loss, or
// mean absolute error, as means over the seeds; CPU microseconds per event from row ROW on, reading and judging excluded;
// bytes in memory and in a snapshot, milliseconds to write and read one; and a digest of all answers. With --classes the
// number of each event's answer, a line each, instead of all that: the event at which two models part.
import Foundation
import OnlineLearning

struct Arguments {
    var seeds = 1, after = 0, isRegression = false, printsClasses = false
    var files: [String] = [], models: [String] = []
    var detectors: String?

    init(_ words: ArraySlice<String>) {
        var words = words
        var isModel = false
        while let word = words.popFirst() {
            switch word {
            case "--seeds": seeds = Int(words.popFirst() ?? "") ?? 1
            case "--after": after = Int(words.popFirst() ?? "") ?? 0
            case "--regression": isRegression = true
            case "--classes": printsClasses = true
            case "--detectors": detectors = words.popFirst()
            case "--": isModel = true
            default: if isModel { models.append(word) } else { files.append(word) }
            }
        }
    }
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("compare: \(message)\n".utf8))
    exit(2)
}

func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func parameters(_ component: ComponentDescription, _ text: Substring) -> ParameterValues {
    var given: [String: ParameterValue] = [:]
    for pair in text.split(separator: ",") {
        let parts = pair.split(separator: "=").map(String.init)
        guard parts.count == 2, let parameter = component.parameters.first(where: { $0.name == parts[0] }) else {
            fail("\(component.name) has no parameter like \(pair)")
        }
        switch parameter.kind {
        case .number: given[parts[0]] = .number(Double(parts[1])!)
        case .integer: given[parts[0]] = .integer(Int(parts[1])!)
        case .boolean: given[parts[0]] = .boolean(parts[1] == "true")
        case .choice: given[parts[0]] = .choice(parts[1])
        default: fail("\(parts[0]) cannot be given here")
        }
    }
    return ParameterValues(component, given)
}

/// The sums of one run.
struct Outcome {
    var right = 0.0, loss = 0.0, seconds = 0.0, bytes = 0
    /// Of all answers, bit by bit.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    /// Bytes of the state when all is learned, and the seconds to write and to read it.
    var snapshot = 0, writing = 0.0, reading = 0.0
}

func named<T>(_ name: Substring, _ types: [T], _ description: (T) -> ComponentDescription) -> T {
    guard let type = types.first(where: { description($0).name == name }) else {
        fail("no model is called \(name)")
    }
    return type
}

/// Runs a model over a table; its answers, the probability of the right class or the number, are judged outside the
/// clock.
func run(_ model: Substring, _ given: Substring, _ table: Table, seed: Int, _ arguments: Arguments) -> Outcome {
    let width = table.features.count
    let context = ComponentContext(
        features: table.features, classCount: table.classCount,
        random: CounterRandom(seed: UInt64(seed), component: StableHash.of(String(model)), task: 0),
        memoryLimit: 256 << 20)
    var outcome = Outcome()
    var answers = [Double](repeating: 0, count: table.labels.count)
    var classes = [Int32](repeating: 0, count: table.labels.count)
    let answer = UnsafeMutablePointer<Double>.allocate(capacity: max(table.classCount, 1))
    defer { answer.deallocate() }
    func each(_ body: (Example, Int) -> Void) {
        table.slots.withUnsafeBufferPointer { slots in
            var start = processorSeconds()
            for row in table.labels.indices {
                if row == arguments.after { start = processorSeconds() }
                body(Example(slots: slots.baseAddress! + row * width, count: width, sequence: UInt64(row)), row)
            }
            outcome.seconds = processorSeconds() - start
        }
    }
    func note(_ model: some Snapshottable, _ bytes: Int, _ twin: some Snapshottable) {
        outcome.bytes = bytes
        var start = processorSeconds()
        var writer = SnapshotWriter()
        model.write(to: &writer)
        outcome.writing = processorSeconds() - start
        outcome.snapshot = writer.bytes.count
        start = processorSeconds()
        var reader = SnapshotReader(writer.bytes)
        do { try twin.read(from: &reader) } catch { fail("\(error)") }
        outcome.reading = processorSeconds() - start
    }
    if arguments.isRegression {
        let type = named(model, Catalog.regressors) { $0.description }
        let values = parameters(type.description, given)
        let regressor = type.init(parameters: values, context: context)
        each { example, row in
            answers[row] = regressor.predict(example)
            regressor.learn(example, target: table.labels[row], weight: 1)
        }
        note(regressor, regressor.memoryBytes, type.init(parameters: values, context: context))
        for (row, answer) in answers.enumerated() { outcome.loss += abs(answer - table.labels[row]) }
    } else {
        let type = named(model, Catalog.classifiers) { $0.description }
        let values = parameters(type.description, given)
        let classifier = type.init(parameters: values, context: context)
        let count = table.classCount
        each { example, row in
            classifier.predict(example, into: answer)
            let label = Int(table.labels[row])
            var best = 0
            for other in 1..<count where answer[other] > answer[best] { best = other }
            answers[row] = answer[label]
            classes[row] = Int32(best)
            classifier.learn(example, classIndex: label, weight: 1)
        }
        note(classifier, classifier.memoryBytes, type.init(parameters: values, context: context))
        if arguments.printsClasses { print(classes.map(String.init).joined(separator: "\n")) }
        for (row, answer) in answers.enumerated() {
            outcome.right += Double(classes[row]) == table.labels[row] ? 1 : 0
            outcome.loss -= log(max(answer, 1e-15))
        }
    }
    for answer in answers { outcome.digest = StableHash.mix(outcome.digest ^ answer.bitPattern) }
    return outcome
}

let arguments = Arguments(CommandLine.arguments.dropFirst())
if let file = arguments.detectors { printDetectorCosts(file) }
for file in arguments.files {
    let table = try Table(file, regression: arguments.isRegression)
    let name = file.split(separator: "/").last!.split(separator: ".").first!
    for text in arguments.models {
        let parts = text.split(separator: ":", maxSplits: 1)
        var sum = Outcome()
        for seed in 1...arguments.seeds {
            let one = run(parts[0], parts.count > 1 ? parts[1] : "", table, seed: seed, arguments)
            sum.right += one.right
            sum.loss += one.loss
            sum.seconds += one.seconds
            sum.bytes = max(sum.bytes, one.bytes)
            sum.digest = StableHash.mix(sum.digest ^ one.digest)
            (sum.snapshot, sum.writing, sum.reading) = (one.snapshot, one.writing, one.reading)
        }
        if arguments.printsClasses { continue }
        let events = Double(table.labels.count * arguments.seeds)
        let timed = Double((table.labels.count - arguments.after) * arguments.seeds)
        var fields = ["\"stream\":\"\(name)\"", "\"model\":\"\(text)\""]
        if arguments.isRegression {
            fields.append("\"mae\":\(sum.loss / events)")
        } else {
            fields += ["\"accuracy\":\(100 * sum.right / events)", "\"log_loss\":\(sum.loss / events)"]
        }
        fields += [
            "\"microseconds\":\(sum.seconds / timed * 1e6)", "\"bytes\":\(sum.bytes)",
            "\"snapshot_bytes\":\(sum.snapshot)", "\"write_ms\":\(sum.writing * 1e3)",
            "\"read_ms\":\(sum.reading * 1e3)", "\"digest\":\"\(String(sum.digest, radix: 16))\"",
        ]
        print("{" + fields.joined(separator: ",") + "}")
    }
}
