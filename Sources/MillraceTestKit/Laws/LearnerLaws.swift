import OnlineLearning

/// What every learner and transformer must obey. Each law returns what it found wrong; empty: obeyed.
public struct LearnerLaws {
    private let subject: LearnerCase
    private let events: Int

    /// Laws for one component and setting.
    public init(_ subject: LearnerCase) {
        self.subject = subject
        events = subject.events
    }

    /// Runs a stream through a learner: `visit` sees the learner before each example is learned.
    private func run(
        _ learner: Learner, _ stream: LawStream, _ range: Range<Int>,
        _ visit: (Int, Example, UnsafeMutablePointer<Double>) -> Void = { _, _, _ in }
    ) {
        withBuffer(learner.answerNames.count) { answer in
            for index in range {
                let label = stream.make(index)
                let example = Example(slots: stream.slots, count: LawStream.width)
                learner.answer(example, into: answer)
                visit(index, example, answer)
                learner.learn(example, label)
            }
        }
    }

    private func withBuffer<T>(_ count: Int, _ body: (UnsafeMutablePointer<Double>) throws -> T) rethrows -> T {
        let buffer = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
        buffer.initialize(repeating: 0, count: max(count, 1))
        defer { buffer.deallocate() }
        return try body(buffer)
    }

    private func withStream(
        _ weather: LawStream.Weather, shuffled: Bool = false, _ body: (LawStream) throws -> Void
    ) rethrows {
        try withBuffer(LawStream.width) {
            try body(LawStream(weather, classCount: subject.classCount, shuffled: shuffled, slots: $0))
        }
    }

    /// Predicting changes nothing, and neither predicting nor learning changes its input.
    public func purity() -> [String] {
        var wrong: [String] = []
        withStream(.missing) { stream in
            let learner = subject.make(stream.features)
            run(learner, stream, 0..<300) { index, example, answer in
                let before = index % 8 == 0 ? learner.bytes : []
                let input = (0..<LawStream.width).map { example[$0].bitPattern }
                let first = learner.answerNames.indices.map { answer[$0].bitPattern }
                learner.answer(example, into: answer)
                if learner.answerNames.indices.map({ answer[$0].bitPattern }) != first {
                    wrong.append("event \(index): the second answer differs from the first")
                }
                if index % 8 == 0, learner.bytes != before {
                    wrong.append("event \(index): predicting changed the state")
                }
                if input != (0..<LawStream.width).map({ example[$0].bitPattern }) {
                    wrong.append("event \(index): predicting changed its input")
                }
            }
            for index in 300..<400 {
                let label = stream.make(index)
                let example = Example(slots: stream.slots, count: LawStream.width)
                let input = (0..<LawStream.width).map { example[$0].bitPattern }
                learner.learn(example, label)
                if input != (0..<LawStream.width).map({ example[$0].bitPattern }) {
                    wrong.append("event \(index): learning changed its input")
                }
            }
        }
        return wrong
    }

    /// The order of the features changes no answer by more than 1e-9.
    public func featureOrder() -> [String] { [.missing, .wild].flatMap(featureOrder) }

    private func featureOrder(_ weather: LawStream.Weather) -> [String] {
        var wrong: [String] = []
        var expected: [[Double]] = []
        var names: [String] = []
        withStream(weather) { stream in
            let learner = subject.make(stream.features)
            names = learner.answerNames
            run(learner, stream, 0..<events) { _, _, answer in expected.append(names.indices.map { answer[$0] }) }
        }
        withStream(weather, shuffled: true) { stream in
            let learner = subject.make(stream.features)
            let place = learner.answerNames.map { names.firstIndex(of: $0)! }
            run(learner, stream, 0..<events) { index, _, answer in
                for (position, target) in place.enumerated() {
                    let (a, b) = (answer[position], expected[index][target])
                    if a.isNaN != b.isNaN || abs(a - b) > 1e-9 * max(1, abs(b)) {
                        wrong.append("event \(index), \(names[target]): \(a) in another order, else \(b)")
                    }
                }
            }
        }
        return wrong
    }

    /// Missing, constant, tiny and huge values, and nothing at all, leave answers that are numbers: probabilities from 0 to 1 that sum to 1.
    public func survival() -> [String] { [.wild, .empty].flatMap(survival) }

    private func survival(_ weather: LawStream.Weather) -> [String] {
        var wrong: [String] = []
        withStream(weather) { stream in
            let learner = subject.make(stream.features)
            let count = learner.answerNames.count
            run(learner, stream, 0..<events) { index, _, answer in
                let values = (0..<count).map { answer[$0] }
                switch learner {
                case .classifier:
                    if !values.allSatisfy({ $0 >= 0 && $0 <= 1 }) || abs(values.reduce(0, +) - 1) > 1e-9 {
                        wrong.append("event \(index): the probabilities are \(values)")
                    }
                case .regressor:
                    if !values[0].isFinite { wrong.append("event \(index): predicts \(values[0])") }
                case .transformer:
                    if values.contains(where: { $0.isInfinite }) { wrong.append("event \(index): writes \(values)") }
                }
            }
        }
        return wrong
    }

    /// Two runs over the same stream end in the same bytes.
    public func determinism() -> [String] {
        var ends: [[UInt8]] = []
        for _ in 0..<2 {
            withStream(.missing) { stream in
                let learner = subject.make(stream.features)
                run(learner, stream, 0..<events)
                ends.append(learner.bytes)
            }
        }
        return ends[0] == ends[1] ? [] : ["two runs over one stream ended in different bytes"]
    }

    /// A learner restored in mid-stream goes on as the uninterrupted one: same answers, bytes and memory.
    public func resumption(memoryLimit: Int = 64 << 20) -> [String] {
        [.missing, .wild].flatMap { resumption($0, memoryLimit) }
    }

    private func resumption(_ weather: LawStream.Weather, _ memoryLimit: Int) -> [String] {
        var wrong: [String] = []
        let memoryLimit = subject.leastMemory(memoryLimit)
        withStream(weather) { stream in
            let original = subject.make(stream.features, memoryLimit: memoryLimit)
            run(original, stream, 0..<events)
            let middle = original.bytes
            let restored = subject.make(stream.features, memoryLimit: memoryLimit)
            do {
                var reader = SnapshotReader(middle)
                try restored.component.read(from: &reader)
                if reader.remaining != 0 { wrong.append("\(reader.remaining) bytes were not read") }
            } catch {
                wrong.append("its own snapshot was refused: \(error)")
                return
            }
            if restored.bytes != middle { wrong.append("the restored state writes other bytes") }
            if restored.component.memoryBytes != original.component.memoryBytes {
                wrong.append("memory \(restored.component.memoryBytes), was \(original.component.memoryBytes)")
            }
            withBuffer(restored.answerNames.count) { other in
                run(original, stream, events..<2 * events) { index, example, answer in
                    restored.answer(example, into: other)
                    let count = original.answerNames.count
                    if (0..<count).contains(where: { answer[$0].bitPattern != other[$0].bitPattern }) {
                        wrong.append("event \(index): the restored learner answers differently")
                    }
                    restored.learn(example, stream.make(index))
                }
            }
            if restored.bytes != original.bytes { wrong.append("the ends differ") }
        }
        return wrong
    }

    /// A learner that is put aside and restored from its snapshot at that many random points goes on as the uninterrupted
    /// one: same answers at every event, same bytes at the end.
    public func interruptions(_ count: Int = 20) -> [String] {
        var wrong: [String] = []
        let random = CounterRandom(seed: 20, component: StableHash.of(subject.description), task: 0)
        let points = Set((0..<count).map { Int(random.uniform(event: UInt64($0), draw: 0) * Double(2 * events)) })
        withStream(.missing) { stream in
            let original = subject.make(stream.features)
            var restored = subject.make(stream.features)
            let width = original.answerNames.count
            withBuffer(2 * width) { answers in
                for index in 0..<2 * events {
                    if points.contains(index) {
                        var reader = SnapshotReader(restored.bytes)
                        restored = subject.make(stream.features)
                        do { try restored.component.read(from: &reader) } catch { wrong.append("\(index): \(error)") }
                    }
                    let label = stream.make(index)
                    let example = Example(slots: stream.slots, count: LawStream.width, sequence: UInt64(index))
                    original.answer(example, into: answers)
                    restored.answer(example, into: answers + width)
                    if (0..<width).contains(where: { answers[$0].bitPattern != answers[width + $0].bitPattern }) {
                        wrong.append("event \(index): the restored learner answers differently")
                    }
                    original.learn(example, label)
                    restored.learn(example, label)
                }
            }
            if restored.bytes != original.bytes { wrong.append("the ends differ") }
        }
        return wrong
    }
}
