extension Pipeline {
    /// Everything that changes a later answer, in one canonical order. Cost: the state's size.
    public func write(to writer: inout SnapshotWriter) {
        writer.write("pipeline 2")
        writer.write(schemaText)
        writer.write(taskText)
        writer.write(sequence)
        writer.write(labelled)
        writer.write(rollingDigest)
        writer.write(UInt32(state.pointee.champion))
        writer.write(state.pointee.sinceChange)
        writer.write(state.pointee.time)
        writer.write(state.pointee.isFrozen)
        writer.write(Int32(state.pointee.busy))
        writer.write(state.pointee.answersByPrior)
        writer.write(state.pointee.lastLevel.rawValue)
        classes.write(to: &writer)
        for table in categories { table?.write(to: &writer) }
        writer.write(shared.texts.joined(separator: ", "))
        shared.write(to: &writer)
        writer.write(UInt32(slots.count))
        for slot in slots { slot.write(to: &writer) }
        writer.write(state.pointee.candidate != nil)
        if let candidate = state.pointee.candidate {
            writer.write(UInt32(state.pointee.candidateSlot))
            writer.write(candidate.attempt)
            candidate.write(to: &writer)
        }
        published.write(to: &writer)
        writer.write(state.pointee.isDeferred)
        if state.pointee.isDeferred { deferredRow.write(to: &writer) }
        baselines.write(to: &writer)
        writer.write(UInt32(watches.count))
        for watch in watches { watch.write(to: &writer) }
        writer.write("end of pipeline")
    }

    /// Takes state back into a pipeline that was just made from the same plan. Throws what differs, in words; the
    /// pipeline is then not to be used.
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try reader.expect("pipeline 2", "format")
        try reader.expect(schemaText, "list of features")
        try reader.expect(taskText, "task")
        state.pointee.sequence = try reader.read()
        state.pointee.labelled = try reader.read()
        state.pointee.digest = try reader.read()
        state.pointee.champion = Int(try reader.read(UInt32.self))
        state.pointee.sinceChange = try reader.read()
        state.pointee.time = try reader.read()
        state.pointee.isFrozen = try reader.readBool()
        state.pointee.busy = Int(try reader.read(Int32.self))
        state.pointee.answersByPrior = try reader.readBool()
        guard state.pointee.champion < max(slots.count, 1),
            state.pointee.busy >= -1,
            state.pointee.busy < watches.count, let level = DriftLevel(rawValue: try reader.read())
        else { throw SnapshotError("the snapshot's champion, classes or policy do not exist in this plan") }
        state.pointee.lastLevel = level
        try classes.read(from: &reader)
        for table in categories { try table?.read(from: &reader) }
        try reader.expect(shared.texts.joined(separator: ", "), "pipeline of transforms")
        try shared.read(from: &reader)
        try readCount(&reader, slots.count, "models")
        for slot in slots { try slot.read(from: &reader) }
        state.pointee.candidate = nil
        state.pointee.candidateSlot = -1
        if try reader.readBool() {
            let index = Int(try reader.read(UInt32.self))
            guard index < slots.count else {
                throw SnapshotError("the snapshot's candidate is of a model that does not exist")
            }
            state.pointee.candidate = try slots[index].readIncarnation(from: &reader)
            state.pointee.candidateSlot = index
        }
        try published.read(from: &reader)
        state.pointee.isDeferred = try reader.readBool()
        if state.pointee.isDeferred {
            try reader.read(into: UnsafeMutableBufferPointer(start: deferredRow.base, count: deferredRow.count))
        }
        try baselines.read(from: &reader)
        try readCount(&reader, watches.count, "detectors")
        for watch in watches { try watch.read(from: &reader) }
        try reader.expect("end of pipeline", "end")
        state.pointee.notices.removeAll(keepingCapacity: true)
    }

    private func readCount(_ reader: inout SnapshotReader, _ count: Int, _ what: String) throws(SnapshotError) {
        let found = Int(try reader.read(UInt32.self))
        guard found == count else {
            throw SnapshotError("the snapshot has \(found) \(what), the topology has \(count)")
        }
    }

    private var schemaText: String {
        plan.schema.features.map { feature in
            let limit = feature.kind == .categorical ? "/\(feature.maxCategories)" : ""
            return "\(feature.name): \(feature.kind.rawValue)\(limit)"
        }.joined(separator: ", ")
    }

    private var taskText: String {
        let classes = plan.classes.isEmpty ? "discovered" : plan.classes.joined(separator: ", ")
        let limits =
            "at most \(vocabulary.classes.capacity), seed \(plan.seed), memory \(plan.memory), window \(plan.window)"
        return "\(plan.task.rawValue), classes \(classes), \(limits)"
    }
}
