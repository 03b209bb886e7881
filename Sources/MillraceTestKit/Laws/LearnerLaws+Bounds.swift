import OnlineLearning

/// The laws about damage, memory, allocations and the beginning.
extension LearnerLaws {
    /// Cut snapshots are refused; damaged ones are refused or give a learner that still works.
    public static func damage(_ subject: LearnerCase) -> [String] {
        var wrong: [String] = []
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: LawStream.width)
        defer { slots.deallocate() }
        let stream = LawStream(.missing, classCount: subject.classCount, slots: slots)
        let original = subject.make(stream.features)
        let answer = UnsafeMutablePointer<Double>.allocate(capacity: original.answerNames.count + 1)
        defer { answer.deallocate() }
        let events = subject.events * 4 / 5
        for index in 0..<events { original.learn(Example(slots: slots, count: LawStream.width), stream.make(index)) }
        let whole = original.bytes
        // Every length of a short snapshot; of a long one the first and last and some between.
        let step = max(1, whole.count / subject.damages)
        for length in stride(from: 0, to: whole.count, by: step) {
            var reader = SnapshotReader(Array(whole[0..<length]))
            if (try? subject.make(stream.features).component.read(from: &reader)) != nil {
                wrong.append("\(length) of \(whole.count) bytes were taken for a snapshot")
            }
        }
        let random = CounterRandom(seed: 7, component: 1, task: 0)
        for flip in 0..<(whole.isEmpty ? 0 : subject.damages) {
            var bytes = whole
            // Half of the flips hit the head, where the counts are.
            let reach = flip % 2 == 0 ? whole.count : min(whole.count, 64)
            let bits = random.bits(event: UInt64(flip), draw: 0)
            bytes[Int(bits >> 8) % reach] ^= 1 << UInt8(bits & 7)
            var reader = SnapshotReader(bytes)
            let learner = subject.make(stream.features)
            guard (try? learner.component.read(from: &reader)) != nil else { continue }
            for index in events..<events + 30 {
                let label = stream.make(index)
                learner.answer(Example(slots: slots, count: LawStream.width), into: answer)
                learner.learn(Example(slots: slots, count: LawStream.width), label)
            }
        }
        return wrong
    }

    /// The state stays under its limit at every event.
    public static func memory(_ subject: LearnerCase, limit: Int) -> [String] {
        let events = subject.events * (subject.given.isEmpty ? 14 : 4)
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
        var suspicious: [Int: Int] = [:]
        watch(subject) { index, learner, event in
            let before = learner.component.memoryBytes
            let count = allocations(event)
            if index >= 100, count > 0, learner.component.memoryBytes == before { suspicious[index] = count }
        }
        // Parts that came and parts that went may take the same room: then the snapshot is another one in length.
        guard !suspicious.isEmpty else { return [] }
        var wrong: [String] = []
        watch(subject) { index, learner, event in
            guard let count = suspicious[index] else { return event() }
            let before = learner.bytes.count
            event()
            if learner.bytes.count == before { wrong.append("event \(index): \(count) allocations") }
        }
        return wrong
    }

    /// Runs a stream; `body` carries each event out.
    private static func watch(_ subject: LearnerCase, _ body: (Int, Learner, () -> Void) -> Void) {
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: LawStream.width)
        defer { slots.deallocate() }
        let stream = LawStream(.missing, classCount: subject.classCount, slots: slots)
        let learner = subject.make(stream.features)
        let answer = UnsafeMutablePointer<Double>.allocate(capacity: learner.answerNames.count + 1)
        defer { answer.deallocate() }
        for index in 0..<subject.events * 8 / 3 {
            let label = stream.make(index)
            body(index, learner) {
                learner.answer(Example(slots: slots, count: LawStream.width), into: answer)
                learner.learn(Example(slots: slots, count: LawStream.width), label)
            }
        }
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
