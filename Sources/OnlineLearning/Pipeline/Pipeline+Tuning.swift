/// Tuning: challengers of one model that differ from it, or from the best of them, by one parameter.
extension Pipeline {
    /// Every challenger gets its first move: all of them know as little as the model beside them.
    func beginTuning() {
        guard let tuning else { return }
        for place in tuning.places { retune(place, tuning, isFirst: true) }
    }

    /// Challengers whose lease has run out try something else.
    func tune(_ tuning: Tuning) {
        // What waits for approval names kept models by their places.
        guard state.pointee.proposal == nil else { return }
        if !tuning.isAnnounced {
            tuning.isAnnounced = true
            for place in tuning.places { announce(place, tuning, "") }
        }
        while let place = tuning.takeEnded() { retune(place, tuning, isFirst: false) }
    }

    private func retune(_ place: Int, _ tuning: Tuning, isFirst: Bool) {
        guard let component = tuning.move(slots) else { return }
        let (slot, centre) = (slots[place], slots[tuning.centre])
        let isWarm = !isFirst && tuning.keepsKnowledge(component, of: centre.component)
        state.pointee.retired.append(slot.current)
        slot.retune(component, from: isWarm ? centre : nil, at: isFirst ? 0 : nextLesson)
        selection?.restart(place)
        if state.pointee.former == place { state.pointee.former = -1 }
        memories?.forget(slot: place)
        guard !isFirst else { return }
        announce(place, tuning, isWarm ? ", and begins with what \(centre.plan.name) knows" : ", and begins anew")
    }

    /// The first event that a model made now may be judged by: behind a quarantine all models are asked once more before they
    /// learn, else they answered when the event came.
    private var nextLesson: UInt64 { quarantine == nil ? sequence : state.pointee.studied &+ 1 }

    private func announce(_ place: Int, _ tuning: Tuning, _ more: String) {
        let difference = slots[place].component.difference(from: slots[tuning.centre].component)
        tell(
            "tune", ("", ""), (championName, version), (.nan, .nan),
            "\(slots[place].plan.name) tries \(difference)\(more)")
    }

    /// How the challengers differ from the model that is tuned, by their names.
    var tuned: [String: String] {
        guard let tuning else { return [:] }
        let base = slots[tuning.base].component
        return Dictionary(
            uniqueKeysWithValues: tuning.places.map {
                (slots[$0].plan.name, slots[$0].component.difference(from: base))
            })
    }

    /// A model's name, and how it differs from the one that is tuned.
    func described(_ index: Int) -> String {
        let name = slots[index].plan.name
        return tuned[name].map { "\(name): \($0)," } ?? name
    }
}
