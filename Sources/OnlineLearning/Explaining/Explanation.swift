/// What each input adds to one answer, against the answers to events of late.
///
/// The contributions and `base` add up to `answer`, whatever the model: for each of some recent events the event's own values
/// are put in one after the other, in an order drawn at random, and what each changes is its own (sampled Shapley values;
/// Štrumbelj & Kononenko 2014, doi:10.1007/s10115-013-0679-x).
public struct Explanation: Sendable, Equatable {
    /// One input.
    public struct Part: BitwiseCopyable, Sendable, Equatable {
        /// Its place in the schema.
        public var feature: Int
        /// Its value: a number, the index of a word, or NaN: none.
        public var value: Double
        /// What is usual: the median of late, the most frequent word, or NaN.
        public var usual: Double
        /// What it adds to the answer.
        public var contribution: Double

        /// An input's part.
        public init(feature: Int, value: Double, usual: Double, contribution: Double) {
            self.feature = feature
            self.value = value
            self.usual = usual
            self.contribution = contribution
        }
    }

    /// The class whose probability is explained; -1: the answer is a number.
    public var classIndex: Int
    /// The mean answer to recent events: a probability, or a number in the target's unit.
    public var base: Double
    /// The answer to this event.
    public var answer: Double
    /// Every input, the largest contribution first.
    public var parts: [Part]
}

extension Pipeline {
    /// Answers that one explanation may ask the model for, about: the more inputs, the fewer recent events are compared with.
    private static let mostAnswers = 2048

    /// Why the model that answers gives the answer that it gives now; nil where nothing is predicted, or nothing is known of
    /// recent events. Pure, and the same for the same state.
    ///
    /// Of two classes the second one's probability is explained, of more the predicted one's. Cost: some two thousand answers of
    /// the champion at most, and allocations: not for every event.
    ///
    /// - Parameter event: as a decoder filled it; its words get their numbers.
    public func explain(_ event: Event, against rows: RecentRows) -> Explanation? {
        guard !slots.isEmpty, rows.count > 0 else { return nil }
        let prediction = peek(event)
        let sums = Contributions(width: event.width)
        guard let target = explained(prediction) else { return nil }
        let found = contributions(event.slots, target, rows, answers: Self.mostAnswers, into: sums)
        return Explanation(
            classIndex: target, base: found.base, answer: found.answer,
            parts: sums.parts(event.slots, rows, plan.schema))
    }

    /// The class whose probability is explained, -1 for a number; nil: there is nothing to explain.
    private func explained(_ prediction: Prediction) -> Int? {
        guard !prediction.probabilities.isEmpty else { return prediction.value.isFinite ? -1 : nil }
        let index = classes.count == 2 ? 1 : Int(prediction.classIndex)
        return prediction.probabilities.indices.contains(index) ? index : nil
    }

    /// Of a published answer the inputs that add or take most. The models' answers are afterwards as they were.
    @inline(never)
    func giveReasons(_ reasons: PublishedReasons, _ raw: UnsafePointer<Double>, to prediction: inout Prediction) {
        prediction.reasons = UnsafeBufferPointer(start: nil, count: 0)
        guard reasons.rows.count > 0, let target = explained(prediction) else { return }
        let found = contributions(
            raw, target, reasons.rows, answers: PublishedReasons.mostAnswers, into: reasons.sums)
        prediction.base = found.base
        prediction.reasons = reasons.sums.largest(plan.reasons, raw, reasons.rows, plan.schema)
    }

    /// What each input of an event adds, by slot, into `sums`; the mean answer and the event's.
    private func contributions(
        _ event: UnsafePointer<Double>, _ classIndex: Int, _ rows: RecentRows, answers: Int, into sums: Contributions
    ) -> (base: Double, answer: Double) {
        let width = sums.width
        let compared = max(1, min(rows.count, answers / max(width, 1)))
        let random = CounterRandom(seed: plan.seed, component: StableHash.of("explanation"), task: 0)
        var base = 0.0
        sums.clear()
        for index in 0..<compared {
            sums.probe.base.update(from: rows[index * rows.count / compared], count: width)
            for place in stride(from: width - 1, to: 0, by: -1) {
                let draw = Int(random.bits(event: UInt64(index), draw: UInt64(place)) % UInt64(place + 1))
                (sums.order[place], sums.order[draw]) = (sums.order[draw], sums.order[place])
            }
            var last = champion(sums.probe.base, classIndex)
            base += last
            for place in 0..<width {
                let slot = Int(sums.order[place])
                guard sums.probe[slot].bitPattern != event[slot].bitPattern else { continue }
                sums.probe[slot] = event[slot]
                let next = champion(sums.probe.base, classIndex)
                sums.values[slot] += next - last
                last = next
            }
        }
        sums.divide(by: Double(compared))
        return (base / Double(compared), champion(event, classIndex))
    }

    /// The champion's answer to a row, and nobody else's.
    private func champion(_ raw: UnsafePointer<Double>, _ classIndex: Int) -> Double {
        let example = shared.transform(raw, sequence: state.pointee.sequence)
        let known = vocabulary.classes.count
        var prediction = Prediction()
        let slot = slots[state.pointee.champion]
        _ = slot.predict(raw, example, known: known)
        var answer = slot.answer
        if state.pointee.answersByPrior {
            answer = ModelAnswer(values: standIn.base)
            baselines.prior(into: answer.values)
            objective.decide(&answer, known: known)
        }
        objective.publish(answer, known: known, as: &prediction)
        return classIndex < 0 ? prediction.value : prediction.probabilities[classIndex]
    }
}
