/// A fresh model that learns again what was learned since a change (`replay`).
extension Pipeline {
    /// What was learned may be learned again; what the champion was kept from, by its name, may not.
    @inline(__always)
    func keepLesson(_ kind: WaitingLessons.Kind, _ raw: UnsafePointer<Double>, _ sequence: UInt64, _ label: Label) {
        guard let lessons, !championIsFrozen else { return }
        lessons.add(kind, raw, sequence: sequence, label, learner: state.pointee.replayed)
    }

    /// The event at which a change began: of errors the first of the new kind that the detector saw, where it is kept.
    func changePoint(_ watch: DriftWatch) -> UInt64 {
        let estimate = watch.changePoint(events: sequence &- state.pointee.lag)
        guard let lessons, !watch.isOfFeature else { return estimate }
        return lessons.event(errorsAgo: watch.detector.lastChange.age) ?? min(estimate, lessons.oldestEvent ?? estimate)
    }

    /// A policy asks for it; gives why, in words.
    func startReplay(_ index: Int, change: UInt64, margin: UInt64, speed: Int) -> String {
        guard let lessons else { return PolicyReason.drift.rawValue }
        beginSearch(index)
        let (wanted, upcoming) = (change - min(margin, change), sequence &- state.pointee.lag)
        let origin = lessons.begin(from: wanted, upcoming: upcoming, speed: speed)
        state.pointee.replayed = slots[state.pointee.champion].makeFresh(from: origin)
        let reach = origin > change ? "; the change began at event \(change), nothing is kept of what is between" : ""
        return "the detector reported a change: a fresh model learns again from event \(origin) on\(reach)"
    }

    /// The fresh model learns its share, before an event is learned; once it is level with the stream it is a candidate.
    func catchUp() {
        guard let lessons, let model = state.pointee.replayed, !state.pointee.isFrozen, !championIsFrozen,
            lessons.teach(model)
        else { return }
        state.pointee.replayed = nil
        state.pointee.candidate = model
        noteRivals()
        let watch = watches[state.pointee.busy].plan
        tell(
            "replay_done", (watch.detector.name, watch.signal.text), (championName, version), (.nan, .nan),
            "the fresh model is level: it has learned \(model.learned) labels since event \(model.origin ?? 0); digest "
                + model.digest(behind: shared),
            // The event that comes is not scored yet, unless it waits in a line.
            at: quarantine == nil ? sequence : nil)
    }

    func readLessons(from sections: inout SnapshotSections) throws(SnapshotError) {
        guard let lessons else { return }
        try sections.take("lessons", plan.lessonsText) { (reader) throws(SnapshotError) in
            try lessons.read(from: &reader)
        }
        guard state.pointee.replayed == nil || lessons.reachesBack && state.pointee.busy >= 0 else {
            throw SnapshotError("the snapshot lacks lessons that a fresh model is to learn again")
        }
    }

    /// Per model, a hash of what it has learned, with its transforms: equal after equal lessons, whatever came before them.
    /// Cost: the models' size.
    public var modelDigests: [(name: String, digest: String)] {
        slots.map { ($0.plan.name, $0.current.digest(behind: $0.chain)) }
    }
}
