import OnlineLearning

/// The laws about damage, memory, allocations and the beginning.
extension LearnerLaws {
    /// Cut snapshots are refused; damaged ones are refused or give a learner that still works.
    public static func damage(_ subject: LearnerCase, flips: Int = 400) -> [String] {
        var wrong: [String] = []
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: LawStream.width)
        defer { slots.deallocate() }
        let stream = LawStream(.missing, classCount: subject.classCount, slots: slots)
        let original = subject.make(stream.features)
        let answer = UnsafeMutablePointer<Double>.allocate(capacity: original.answerNames.count + 1)
        defer { answer.deallocate() }
        for index in 0..<1200 { original.learn(Example(slots: slots, count: LawStream.width), stream.make(index)) }
        let whole = original.bytes
        // Every length of a short snapshot; of a long one the first and last and some between.
        let step = max(1, whole.count / 400)
        for length in stride(from: 0, to: whole.count, by: step) {
            var reader = SnapshotReader(Array(whole[0..<length]))
            if (try? subject.make(stream.features).component.read(from: &reader)) != nil {
                wrong.append("\(length) of \(whole.count) bytes were taken for a snapshot")
            }
        }
        let random = CounterRandom(seed: 7, component: 1, task: 0)
        for flip in 0..<(whole.isEmpty ? 0 : flips) {
            var bytes = whole
            // Half of the flips hit the head, where the counts are.
            let reach = flip % 2 == 0 ? whole.count : min(whole.count, 64)
            let bits = random.bits(event: UInt64(flip), draw: 0)
            bytes[Int(bits >> 8) % reach] ^= 1 << UInt8(bits & 7)
            var reader = SnapshotReader(bytes)
            let learner = subject.make(stream.features)
            guard (try? learner.component.read(from: &reader)) != nil else { continue }
            for index in 1200..<1230 {
                let label = stream.make(index)
                learner.answer(Example(slots: slots, count: LawStream.width), into: answer)
                learner.learn(Example(slots: slots, count: LawStream.width), label)
            }
        }
        return wrong
    }

    /// The state stays under its limit at every event.
    public static func memory(_ subject: LearnerCase, limit: Int, events: Int = 20_000) -> [String] {
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: LawStream.width)
        defer { slots.deallocate() }
        let stream = LawStream(.missing, classCount: subject.classCount, slots: slots)
        let limit = subject.leastMemory(limit)
        let learner = subject.make(stream.features, memoryLimit: limit)
        for index in 0..<events {
            learner.learn(Example(slots: slots, count: LawStream.width), stream.make(index))
            if learner.component.memoryBytes > limit {
                return ["event \(index): \(learner.component.memoryBytes) bytes, the limit is \(limit)"]
            }
        }
        return []
    }

    /// In the steady state nothing is allocated per event; growth of the state excepted.
    public static func steadyState(_ subject: LearnerCase) -> [String] {
        var wrong: [String] = []
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: LawStream.width)
        defer { slots.deallocate() }
        let stream = LawStream(.missing, classCount: subject.classCount, slots: slots)
        let learner = subject.make(stream.features)
        let answer = UnsafeMutablePointer<Double>.allocate(capacity: learner.answerNames.count + 1)
        defer { answer.deallocate() }
        for index in 0..<4000 {
            let label = stream.make(index)
            let before = learner.component.memoryBytes
            let count = allocations {
                learner.answer(Example(slots: slots, count: LawStream.width), into: answer)
                learner.learn(Example(slots: slots, count: LawStream.width), label)
            }
            if index >= 100, count > 0, learner.component.memoryBytes == before {
                wrong.append("event \(index): \(count) allocations")
            }
        }
        return wrong
    }

    /// Before it has learned anything a classifier holds all classes equally likely, and a regression predicts 0.
    public static func coldStart(_ subject: LearnerCase) -> [String] {
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: LawStream.width)
        defer { slots.deallocate() }
        let stream = LawStream(.fair, classCount: subject.classCount, slots: slots)
        let learner = subject.make(stream.features)
        let count = learner.answerNames.count
        let answer = UnsafeMutablePointer<Double>.allocate(capacity: count + 1)
        defer { answer.deallocate() }
        _ = stream.make(0)
        learner.answer(Example(slots: slots, count: LawStream.width), into: answer)
        let expected: Double
        switch learner {
        case .classifier(_, let classes): expected = 1 / Double(classes)
        case .regressor: expected = 0
        case .transformer: return []
        }
        return (0..<count).compactMap { index in
            abs(answer[index] - expected) < 1e-12
                ? nil : "\(learner.answerNames[index]): \(answer[index]), not \(expected)"
        }
    }
}
