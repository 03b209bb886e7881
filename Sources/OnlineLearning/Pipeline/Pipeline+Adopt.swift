extension Pipeline {
    /// Goes on where a pipeline of another plan stood: what `PipelineChange` calls kept has its state, bit for bit, and the
    /// rest begins anew. A function of both plans and that state alone. Throws what cannot be taken over, in words; this
    /// pipeline is then not to be used. It must just have been made.
    ///
    /// Cost: the state's size.
    public func adopt(_ former: Pipeline) throws(SnapshotError) {
        let change = PipelineChange(from: former.plan, to: plan)
        if let refusal = change.refusals.first { throw SnapshotError(refusal) }
        former.handOver(to: self)
        var writer = SnapshotWriter()
        former.write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        var sections = try SnapshotSections(&reader)
        adoptState(former)
        try sections.take("classes", plan.classesText) { (reader) throws(SnapshotError) in
            try classes.read(from: &reader)
        }
        for (feature, table) in zip(former.plan.schema.features, categories) {
            guard let table else { continue }
            try sections.take(PipelinePlan.section(of: feature), feature.text) { (reader) throws(SnapshotError) in
                try table.read(from: &reader)
            }
        }
        try shared.read(from: &sections, "transforms", first: change.transforms)
        for (index, slot) in slots.enumerated() {
            if slot.plan.isTuned { slot.born = former.sequence }
            guard let old = former.slots.first(where: { $0.plan.name == slot.plan.name }) else { continue }
            switch change.models[index] {
            case .kept, .hot:
                try slot.read(from: &sections, former.plan, as: old.plan, ownRecord: old.scoreboard != nil)
                if old.scoreboard == nil, let scoreboard = slot.scoreboard {
                    // What the only model published was its record.
                    try sections.look("published", former.plan.recordText) { (reader) throws(SnapshotError) in
                        try scoreboard.read(from: &reader)
                    }
                }
                slot.isFrozen = old.isFrozen
            default: slot.begin(after: old)
            }
        }
        if former.plan.recordText == plan.recordText {
            try sections.take("published", plan.recordText) { (reader) throws(SnapshotError) in
                try published.read(from: &reader)
            }
        }
        try sections.take("baselines", plan.task.rawValue) { (reader) throws(SnapshotError) in
            try baselines.read(from: &reader)
        }
        for (index, watch) in watches.enumerated() {
            guard let place = change.watches[index] else { continue }
            let old = former.watches[place].plan
            try sections.take(PipelinePlan.section(ofDrift: place), old.text) { (reader) throws(SnapshotError) in
                try watch.read(from: &reader, formerPolicy: old.action == watch.plan.action ? nil : old.action)
            }
        }
        try adoptRivals(former, change, &sections)
        if let moves, sections.has("moves"), plan.schema == former.plan.schema {
            try sections.take("moves", plan.schema.text) { (reader) throws(SnapshotError) in
                try moves.read(from: &reader)
            }
        }
        if plan.schema == former.plan.schema { try readRecent(from: &sections) }
        if let slices, former.slices != nil, plan.slices == former.plan.slices {
            try sections.take("slices", plan.slicesText) { (reader) throws(SnapshotError) in
                try slices.read(from: &reader)
            }
        }
        if let quarantine, quarantine.plan == former.quarantine?.plan, plan.schema == former.plan.schema {
            try sections.take("quarantine", quarantine.plan.text) { (reader) throws(SnapshotError) in
                try quarantine.read(from: &reader)
            }
        }
        if former.state.pointee.former >= 0 {
            let name = former.slots[former.state.pointee.former].plan.name
            // Who began anew is not who answered before.
            let place = slots.indices.first { slots[$0].plan.name == name && change.models[$0].goesOn } ?? -1
            state.pointee.former = place == state.pointee.champion ? -1 : place
        }
        // Another model answers, or one that knows nothing.
        let isKnown = slots.isEmpty || change.models[state.pointee.champion].goesOn
        if championName != former.championName || !isKnown { championChanged() }
        if former.state.pointee.isDeferred, deferredRow.count == former.deferredRow.count {
            state.pointee.isDeferred = true
            deferredRow.base.update(from: former.deferredRow.base, count: deferredRow.count)
        }
        // Two histories that differ in a change of plans differ in their digests.
        for section in plan.sections { state.pointee.mix(StableHash.of("\(section.name): \(section.text)")) }
    }

    private func adoptState(_ former: Pipeline) {
        let old = former.state.pointee
        state.pointee.sequence = old.sequence
        state.pointee.labelled = old.labelled
        state.pointee.digest = old.digest
        state.pointee.time = old.time
        state.pointee.isFrozen = old.isFrozen
        state.pointee.lastLevel = old.lastLevel
        state.pointee.sinceChange = old.sinceChange
        let champion = former.championName
        state.pointee.champion = slots.firstIndex { $0.plan.name == champion } ?? 0
    }

    /// What a policy had begun, and what selection has found, go on where everything that they are about does; else they
    /// begin anew.
    private func adoptRivals(
        _ former: Pipeline, _ change: PipelineChange, _ sections: inout SnapshotSections
    ) throws(SnapshotError) {
        let old = former.state.pointee
        let busy = old.busy < 0 ? nil : change.watches.firstIndex(of: old.busy)
        let isSame = change.comparesOn
        let keepsLessons =
            former.lessons != nil && former.plan.lessonsText == plan.lessonsText && former.plan.schema == plan.schema
        let isBusyAlike =
            (busy.map { former.plan.drift[old.busy].action == plan.drift[$0].action } ?? (old.busy < 0))
            && (old.replayed == nil || keepsLessons)
        if isSame, former.memories != nil { try readMemories(from: &sections) }
        if isSame, isBusyAlike {
            state.pointee.busy = busy ?? -1
            state.pointee.answersByPrior = old.answersByPrior
            state.pointee.candidate = try readRival("candidate", from: &sections)
            state.pointee.replayed = try readRival("replayed", from: &sections)
            try readProposal(from: &sections, at: busy)
        } else {
            for watch in watches where watch.isActive { watch.abandon() }
        }
        if keepsLessons { try readLessons(from: &sections) }
        if isSame, let selection {
            state.pointee.shadow = try readRival("shadow", from: &sections)
            state.pointee.probation = old.probation
            if plan.models.count == former.plan.models.count, sections.has("select") {
                try sections.take("select", former.plan.select.rawValue) { (reader) throws(SnapshotError) in
                    try selection.read(from: &reader)
                }
            }
        }
        if isSame, let tuning, former.plan.tune == plan.tune, sections.has("tuning") {
            try sections.take("tuning", tuning.plan.text) { (reader) throws(SnapshotError) in
                try tuning.read(from: &reader)
            }
        } else {
            tuning?.championChanged(state.pointee.champion)
        }
        noteRivals()
    }
}
