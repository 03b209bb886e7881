extension Pipeline {
    /// Everything that changes a later answer, in named sections and one canonical order. Cost: the state's size.
    public func write(to writer: inout SnapshotWriter) {
        writer.beginSections()
        writer.section("pipeline", plan.text) { writeState(to: &$0) }
        writer.section("classes", plan.classesText) { classes.write(to: &$0) }
        for (feature, table) in zip(plan.schema.features, categories) {
            guard let table else { continue }
            writer.section(PipelinePlan.section(of: feature), feature.text) { table.write(to: &$0) }
        }
        shared.write(to: &writer, "transforms")
        for slot in slots { slot.write(to: &writer, plan) }
        let now = state.pointee
        for (name, rival) in [("candidate", now.candidate), ("replayed", now.replayed), ("shadow", now.shadow)] {
            guard let rival else { continue }
            writer.section(name, championName) { rival.write(to: &$0) }
        }
        writer.section("published", plan.recordText) { published.write(to: &$0) }
        writer.section("baselines", plan.task.rawValue) { baselines.write(to: &$0) }
        for (index, watch) in watches.enumerated() {
            writer.section(PipelinePlan.section(ofDrift: index), watch.plan.text) { watch.write(to: &$0) }
        }
        if let selection { writer.section("select", plan.select.rawValue) { selection.write(to: &$0) } }
        if let slices { writer.section("slices", plan.slicesText) { slices.write(to: &$0) } }
        if let tuning { writer.section("tuning", tuning.plan.text) { tuning.write(to: &$0) } }
        if let moves { writer.section("moves", plan.schema.text) { moves.write(to: &$0) } }
        if let reasons { writer.section("recent", plan.schema.text) { reasons.rows.write(to: &$0) } }
        if let memories { writer.section("memories", "recall") { memories.write(to: &$0) } }
        if let lessons { writer.section("lessons", plan.lessonsText) { lessons.write(to: &$0) } }
        if let proposal = now.proposal { writer.section("proposal", "") { proposal.write(to: &$0) } }
        if let quarantine { writer.section("quarantine", quarantine.plan.text) { quarantine.write(to: &$0) } }
        if now.former >= 0 {
            writer.section("former", "") { $0.write(slots[now.former].plan.name) }
        }
        if now.isDeferred { writer.section("deferred", "") { deferredRow.write(to: &$0) } }
        let frozen = slots.filter(\.isFrozen).map(\.plan.name)
        if !frozen.isEmpty {
            writer.section("frozen", "") { writer in
                writer.write(UInt32(frozen.count))
                for name in frozen { writer.write(name) }
            }
        }
    }

    private func writeState(to writer: inout SnapshotWriter) {
        writer.write(sequence)
        writer.write(labelled)
        writer.write(rollingDigest)
        writer.write(state.pointee.time)
        writer.write(state.pointee.isFrozen)
        writer.write(championName)
        writer.write(state.pointee.sinceChange)
        writer.write(Int32(state.pointee.busy))
        writer.write(state.pointee.hasToldBusy)
        writer.write(state.pointee.probation)
        writer.write(state.pointee.answersByPrior)
        writer.write(state.pointee.lastLevel.rawValue)
    }

    /// Takes state back into a pipeline that was just made from the same plan. Throws what differs, in words; the
    /// pipeline is then not to be used.
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        var sections = try SnapshotSections(&reader)
        try sections.take("pipeline", plan.text) { (reader) throws(SnapshotError) in try readState(from: &reader) }
        try sections.take("classes", plan.classesText) { (reader) throws(SnapshotError) in
            try classes.read(from: &reader)
        }
        for (feature, table) in zip(plan.schema.features, categories) {
            guard let table else { continue }
            try sections.take(PipelinePlan.section(of: feature), feature.text) { (reader) throws(SnapshotError) in
                try table.read(from: &reader)
            }
        }
        try shared.read(from: &sections, "transforms")
        for slot in slots { try slot.read(from: &sections, plan) }
        state.pointee.candidate = try readRival("candidate", from: &sections)
        state.pointee.replayed = try readRival("replayed", from: &sections)
        state.pointee.shadow = try readRival("shadow", from: &sections)
        noteRivals()
        guard (state.pointee.shadow == nil) == (state.pointee.probation == 0) else {
            throw SnapshotError("the snapshot's model on probation does not fit its time")
        }
        try sections.take("published", plan.recordText) { (reader) throws(SnapshotError) in
            try published.read(from: &reader)
        }
        try sections.take("baselines", plan.task.rawValue) { (reader) throws(SnapshotError) in
            try baselines.read(from: &reader)
        }
        for (index, watch) in watches.enumerated() {
            try sections.take(PipelinePlan.section(ofDrift: index), watch.plan.text) { (reader) throws(SnapshotError) in
                try watch.read(from: &reader)
            }
        }
        if let selection {
            try sections.take("select", plan.select.rawValue) { (reader) throws(SnapshotError) in
                try selection.read(from: &reader)
            }
        }
        if let slices {
            try sections.take("slices", plan.slicesText) { (reader) throws(SnapshotError) in
                try slices.read(from: &reader)
            }
        }
        if let tuning {
            try sections.take("tuning", tuning.plan.text) { (reader) throws(SnapshotError) in
                try tuning.read(from: &reader)
            }
        }
        // It decides nothing: state from before it was there goes on.
        if let moves, sections.has("moves") {
            try sections.take("moves", plan.schema.text) { (reader) throws(SnapshotError) in
                try moves.read(from: &reader)
            }
        }
        try readRecent(from: &sections)
        try readMemories(from: &sections)
        try readLessons(from: &sections)
        try readProposal(from: &sections)
        if let quarantine, plan.quarantine != nil || sections.has("quarantine") {
            try sections.take("quarantine", quarantine.plan.text) { (reader) throws(SnapshotError) in
                try quarantine.read(from: &reader)
            }
        } else if let quarantine {
            quarantine.begin(after: sequence)
        }
        state.pointee.former = -1
        if sections.has("former") {
            try sections.take("former", "") { (reader) throws(SnapshotError) in
                let name = try reader.readText()
                guard let index = slots.firstIndex(where: { $0.plan.name == name }), index != state.pointee.champion
                else { throw SnapshotError("the snapshot's former champion '\(name)' is no challenger") }
                state.pointee.former = index
            }
        }
        state.pointee.isDeferred = sections.has("deferred")
        if state.pointee.isDeferred {
            try sections.take("deferred", "") { (reader) throws(SnapshotError) in
                try reader.read(into: UnsafeMutableBufferPointer(start: deferredRow.base, count: deferredRow.count))
            }
        }
        try readFrozen(from: &sections)
        try sections.finish()
        state.pointee.notices.removeAll(keepingCapacity: true)
    }

    /// They decide nothing: state from before reasons were published, or from after it, goes on.
    func readRecent(from sections: inout SnapshotSections) throws(SnapshotError) {
        guard sections.has("recent") else { return }
        try sections.take("recent", plan.schema.text) { (reader) throws(SnapshotError) in
            try (reasons?.rows ?? RecentRows(width: plan.schema.width)).read(from: &reader)
        }
    }

    func readMemories(from sections: inout SnapshotSections) throws(SnapshotError) {
        guard let memories else { return }
        try sections.take("memories", "recall") { (reader) throws(SnapshotError) in
            try memories.read(from: &reader, slots, champion: state.pointee.champion)
        }
    }

    private func readFrozen(from sections: inout SnapshotSections) throws(SnapshotError) {
        for slot in slots { slot.isFrozen = false }
        guard sections.has("frozen") else { return }
        try sections.take("frozen", "") { (reader) throws(SnapshotError) in
            for _ in 0..<(try reader.read(UInt32.self)) {
                let name = try reader.readText()
                for slot in slots where slot.plan.name == name { slot.isFrozen = true }
            }
        }
    }

    private func readState(from reader: inout SnapshotReader) throws(SnapshotError) {
        state.pointee.sequence = try reader.read()
        state.pointee.labelled = try reader.read()
        state.pointee.digest = try reader.read()
        state.pointee.time = try reader.read()
        state.pointee.isFrozen = try reader.readBool()
        let champion = try reader.readText()
        state.pointee.sinceChange = try reader.read()
        state.pointee.busy = Int(try reader.read(Int32.self))
        state.pointee.hasToldBusy = try reader.readBool()
        state.pointee.probation = try reader.read()
        state.pointee.answersByPrior = try reader.readBool()
        guard let index = slots.isEmpty ? 0 : slots.firstIndex(where: { $0.plan.name == champion }) else {
            throw SnapshotError("the snapshot's champion '\(champion)' is no model of the topology")
        }
        state.pointee.champion = index
        guard state.pointee.busy >= -1, state.pointee.busy < watches.count,
            let level = DriftLevel(rawValue: try reader.read())
        else { throw SnapshotError("the snapshot's policy or drift level does not exist") }
        state.pointee.lastLevel = level
    }

    /// A policy trains, and a shadow is, a model of the present champion.
    func readRival(
        _ name: String, from sections: inout SnapshotSections
    ) throws(SnapshotError) -> Incarnation? {
        guard sections.has(name) else { return nil }
        guard !slots.isEmpty else { throw SnapshotError("the snapshot's \(name) is of no model") }
        let slot = slots[state.pointee.champion]
        var rival: Incarnation?
        try sections.take(name, slot.plan.name) { (reader) throws(SnapshotError) in
            rival = try slot.readIncarnation(from: &reader)
        }
        return rival
    }
}
