/// Naive Bayes over counts: the core of the multinomial, the complement and the Bernoulli model.
///
/// Per class the weight of its examples and the sum of each feature's values. Boolean features count 0 or 1; a missing
/// value counts nothing, a negative one as 0, one far beyond what a feature has shown as eight standard deviations.
final class CountBayes: ClassifierCore {
    enum Style {
        /// How often each feature occurs among all occurrences in a class.
        case multinomial
        /// The same in all the other classes, which are more than one.
        case complement
        /// Whether each feature occurs at all.
        case bernoulli
    }

    private let style: Style
    private let smoothing: Double
    private let threshold: Double
    private let classCount: Int
    /// Slots in the order of the features' name hashes.
    private let slots: FlatBuffer<Int32>
    private let scale: RunningScale
    /// Per class its weight, the sum of all its counts, and its sums (or weights of occurrence) by feature.
    private let sums: FlatBuffer<Double>
    /// The same of all classes together.
    private let whole: FlatBuffer<Double>
    /// Per feature the weight of a class's examples that show it, for the Bernoulli model.
    private let shown: FlatBuffer<Double>
    private let values: FlatBuffer<Double>

    init(_ style: Style, _ parameters: ParameterValues, _ context: ComponentContext) {
        self.style = style
        smoothing = parameters.number("alpha")
        threshold = style == .bernoulli ? parameters.number("threshold") : 0
        classCount = max(context.classCount, 1)
        let features = context.features
        let order = features.indices.filter { features[$0].kind != .categorical }
            .sorted { features[$0].nameHash < features[$1].nameHash }
        slots = FlatBuffer(order.map(Int32.init))
        scale = RunningScale(order.count)
        sums = FlatBuffer(classCount * (order.count + 2), repeating: 0)
        whole = FlatBuffer(order.count + 2, repeating: 0)
        shown = FlatBuffer(style == .bernoulli ? classCount * order.count : 0, repeating: 0)
        values = FlatBuffer(order.count, repeating: 0)
    }

    private func row(_ classIndex: Int) -> UnsafeMutablePointer<Double> { sums.base + classIndex * (slots.count + 2) }

    /// What a value counts; NaN: missing.
    @inline(__always)
    private func count(_ value: Double) -> Double {
        guard value == value else { return value }
        return style == .bernoulli ? (value > threshold ? 1 : 0) : max(value, 0)
    }

    func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        for index in 0..<slots.count {
            let value = example.slots[Int(slots[index])]
            values[index] = count(style == .bernoulli ? value : scale.hold(value, index))
        }
        for classIndex in 0..<classCount {
            let prior = Numerics.log((row(classIndex)[0] + 1) / (whole[0] + Double(classCount)))
            probabilities[classIndex] = prior + Numerics.clip(evidence(classIndex), 1e200)
        }
        Numerics.softmax(probabilities, classCount)
    }

    /// ln of the likelihood, up to what all classes share.
    private func evidence(_ classIndex: Int) -> Double {
        let own = row(classIndex)
        let room = smoothing * Double(slots.count)
        var sum = 0.0
        switch style {
        case .multinomial:
            for index in 0..<slots.count where values[index] > 0 {
                sum += values[index] * Numerics.log((own[index + 2] + smoothing) / (own[1] + room))
            }
        case .complement:
            for index in 0..<slots.count where values[index] > 0 {
                let others = max(whole[index + 2] - own[index + 2], 0) + smoothing
                sum -= values[index] * Numerics.log(others / (max(whole[1] - own[1], 0) + room))
            }
        case .bernoulli:
            for index in 0..<slots.count where values[index] == values[index] {
                let (seen, occurs) = (shown[classIndex * slots.count + index], own[index + 2])
                let share = values[index] > 0 ? occurs : max(seen - occurs, 0)
                sum += Numerics.log((share + smoothing) / (seen + 2 * smoothing))
            }
        }
        return sum
    }

    func learn(_ example: Example, classIndex: Int, weight: Double) {
        let own = row(classIndex)
        own[0] += weight
        whole[0] += weight
        for index in 0..<slots.count {
            let value = example.slots[Int(slots[index])]
            guard value == value else { continue }
            let count = count(style == .bernoulli ? value : scale.learn(value, index)) * weight
            own[1] += count
            own[index + 2] += count
            whole[1] += count
            whole[index + 2] += count
            if style == .bernoulli { shown[classIndex * slots.count + index] += weight }
        }
    }

    var memoryBytes: Int {
        slots.bytes + scale.bytes + sums.bytes + whole.bytes + shown.bytes + values.bytes + 200
    }

    func write(to writer: inout SnapshotWriter) {
        scale.write(to: &writer)
        sums.write(to: &writer)
        whole.write(to: &writer)
        shown.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try scale.read(from: &reader)
        try sums.read(from: &reader, minimum: 0)
        try whole.read(from: &reader, minimum: 0)
        try shown.read(from: &reader, minimum: 0)
    }
}

extension ParameterDescription {
    /// The smoothing of naive Bayes over counts.
    static let countSmoothing = ParameterDescription(
        "alpha", .number(1e-6...1e6, default: 1), "Count added to every class and feature.",
        steps: .factor(10))
}
