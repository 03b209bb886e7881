/// What each input adds to one answer, against the answers to events of late.
///
/// The contributions and `base` add up to `answer`, whatever the model: for each of some recent events the event's own values
/// are put in one after the other, in an order drawn at random, and what each changes is its own (sampled Shapley values;
/// Štrumbelj & Kononenko 2014, doi:10.1007/s10115-013-0679-x).
public struct Explanation: Sendable, Equatable {
    /// One input.
    public struct Part: Sendable, Equatable {
        /// Its place in the schema.
        public var feature: Int
        /// Its value: a number, the index of a word, or NaN: none.
        public var value: Double
        /// What is usual: the median of late, the most frequent word, or NaN.
        public var usual: Double
        /// What it adds to the answer.
        public var contribution: Double
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
        let isNumber = prediction.probabilities.isEmpty
        let classIndex = isNumber ? -1 : classes.count == 2 ? 1 : Int(prediction.classIndex)
        guard isNumber ? prediction.value.isFinite : prediction.probabilities.indices.contains(classIndex) else {
            return nil
        }
        let width = event.width
        let answer = champion(event.slots, classIndex)
        var sums = [Double](repeating: 0, count: width)
        var base = 0.0
        let compared = max(1, min(rows.count, Self.mostAnswers / max(width, 1)))
        let random = CounterRandom(seed: plan.seed, component: StableHash.of("explanation"), task: 0)
        let probe = Event(width: width)
        var order = Array(0..<width)
        for index in 0..<compared {
            probe.slots.update(from: rows[index * rows.count / compared], count: width)
            for place in stride(from: width - 1, to: 0, by: -1) {
                let draw = random.bits(event: UInt64(index), draw: UInt64(place))
                order.swapAt(place, Int(draw % UInt64(place + 1)))
            }
            var last = champion(probe.slots, classIndex)
            base += last
            for slot in order where probe.slots[slot].bitPattern != event.slots[slot].bitPattern {
                probe.slots[slot] = event.slots[slot]
                let next = champion(probe.slots, classIndex)
                sums[slot] += next - last
                last = next
            }
        }
        let parts = sums.enumerated().map { slot, sum in
            Explanation.Part(
                feature: slot, value: event.slots[slot],
                usual: rows.usual(slot, isWord: plan.schema.features[slot].kind == .categorical),
                contribution: sum / Double(compared))
        }
        return Explanation(
            classIndex: classIndex, base: base / Double(compared), answer: answer,
            parts: parts.sorted {
                (abs($1.contribution), $0.feature) < (abs($0.contribution), $1.feature)
            })
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
