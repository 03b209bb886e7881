/// Hoeffding trees that learn from differently weighted examples and vote: the core of bagging in all its forms.
///
/// Members learn in one pass. How often a member sees an example is a Poisson draw keyed by the member and the event's
/// sequence number, so that nothing hidden is kept. A detector is fed with the answer given before the example is
/// learned. What the members answered is kept until the next event, so that learning right after predicting costs no
/// second prediction. One thread.
final class TreeEnsemble: ClassifierCore {
    private let style: EnsembleStyle
    private let classCount: Int
    private let random: CounterRandom
    private let poisson: Poisson
    private let members: [TreeMember]
    /// Probabilities by member, of the example in `asked`.
    private let votes: FlatBuffer<Double>
    private let asked: FlatBuffer<Double>
    private let memory: UnsafeMutablePointer<Memory>

    private struct Memory {
        var sequence: UInt64 = 0
        var isFresh = false
    }

    /// - Parameter options: of its trees; where the style says something, it overrules them.
    init(_ style: EnsembleStyle, _ options: TreeOptions, _ context: ComponentContext) {
        self.style = style
        classCount = max(context.classCount, 1)
        random = context.random
        poisson = Poisson(mean: style.lambda)
        votes = FlatBuffer(style.models * classCount, repeating: 0)
        asked = FlatBuffer(context.features.count, repeating: 0)
        memory = .allocate(capacity: 1)
        memory.initialize(to: Memory())
        // Detectors take a part of the bound that no tree may have; an estimate from one member that is thrown away.
        let sample = TreeMember(0, style, options, context, share: 1 << 20)
        let fixed = style.models * sample.fixedBytes + votes.bytes + asked.bytes + poisson.bytes
        let trees = style.models * (style.reaction == .background ? 2 : 1)
        let share = max(min(style.maxSize, context.memoryLimit) - fixed, 0) / trees
        members = (0..<style.models).map { TreeMember($0, style, options, context, share: share) }
    }

    deinit { memory.deallocate() }

    func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        ask(example)
        probabilities.update(repeating: 0, count: classCount)
        var total = 0.0
        for (index, member) in members.enumerated() {
            let vote = votes.base + index * classCount
            let voice = style.isWeighted ? member.record.voice : 1
            total += voice
            for classIndex in 0..<classCount { probabilities[classIndex] += voice * vote[classIndex] }
        }
        for classIndex in 0..<classCount { probabilities[classIndex] /= total }
    }

    /// Every member's probabilities, made anew unless they are those of this very example.
    private func ask(_ example: Example) {
        let width = asked.count
        if memory.pointee.isFresh, memory.pointee.sequence == example.sequence {
            var isSame = true
            for slot in 0..<width where example.slots[slot].bitPattern != asked[slot].bitPattern { isSame = false }
            if isSame { return }
        }
        for slot in 0..<width { asked[slot] = example.slots[slot] }
        for (index, member) in members.enumerated() {
            member.tree.predict(example, into: votes.base + index * classCount)
        }
        memory.pointee = Memory(sequence: example.sequence, isFresh: true)
    }

    func learn(_ example: Example, classIndex: Int, weight: Double) {
        ask(example)
        memory.pointee.isFresh = false
        var alarms = 0
        for (index, member) in members.enumerated() {
            let vote = votes.base + index * classCount
            var best = 0
            for other in 1..<max(classCount, 1) where vote[other] > vote[best] { best = other }
            let level = member.score(isRight: best == classIndex)
            if level == .drift { alarms += 1 }
            let count = poisson.count(random.bits(event: example.sequence, draw: UInt64(index)))
            if count > 0 {
                member.learn(example, classIndex: classIndex, weight: weight * Double(count))
            }
            guard style.reaction == .background, level != .none else { continue }
            if level == .drift { member.replace() } else { member.prepare() }
        }
        if style.reaction == .replaceWorst, alarms > 0 { replaceWorst() }
    }

    /// The member with the highest error in its detector's window begins anew.
    private func replaceWorst() {
        var worst = 0
        var highest = -1.0
        for (index, member) in members.enumerated() {
            guard let error = member.detector?.mean, error > highest else { continue }
            highest = error
            worst = index
        }
        members[worst].replace()
    }

    func sketch(_ sketch: inout ModelSketch) {
        for member in members { member.tree.sketch(&sketch, tells: false) }
    }

    var memoryBytes: Int {
        var sum = votes.bytes + asked.bytes + poisson.bytes
        for member in members { sum += member.memoryBytes }
        return sum
    }

    func write(to writer: inout SnapshotWriter) {
        for member in members { member.write(to: &writer) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        memory.pointee.isFresh = false
        for member in members { try member.read(from: &reader) }
    }
}
