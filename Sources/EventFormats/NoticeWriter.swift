public import OnlineLearning

/// Writes drift events and decisions as JSON, for `<name>-drift` and `<name>-decisions`.
///
/// Rare records: they may allocate. Numbers that are not known are left out.
public struct NoticeWriter: Sendable {
    private let topology: String
    private let topic: String

    /// The topology's name and the input topic.
    public init(topology: String, topic: String) {
        self.topology = topology
        self.topic = topic
    }

    /// Adds one record to `arena`, without a line end.
    ///
    /// - Parameters:
    ///   - eventTime: of the event that raised it, in milliseconds since 1970, or `Int64.min`: left out.
    ///   - partition: of the input topic.
    ///   - offset: of that event.
    public func write(_ notice: Notice, eventTime: Int64, partition: Int32, offset: Int64, into arena: ByteArena) {
        arena.append("{\"topology\":")
        JSONText.write(topology, into: arena)
        switch notice {
        case .drift(let drift): write(drift, into: arena)
        case .decision(let decision): write(decision, into: arena)
        }
        if eventTime != .min { write("event_time", Int64(eventTime), into: arena) }
        write("source", "\(topic)-\(partition)-\(offset)", into: arena)
        arena.append(0x7d)
    }

    private func write(_ drift: DriftNotice, into arena: ByteArena) {
        write("at", drift.at, into: arena)
        write("detector", drift.detector, into: arena)
        write("signal", drift.signal, into: arena)
        write("level", "\(drift.level)", into: arena)
        write("direction", "\(drift.change.direction)", into: arena)
        write("change_point", drift.changePoint, into: arena)
        write("mean_before", drift.change.meanBefore, into: arena)
        write("mean_after", drift.change.meanAfter, into: arena)
        write("statistic", drift.change.statistic, into: arena)
        write("threshold", drift.change.threshold, into: arena)
        write("model", drift.model, into: arena)
    }

    private func write(_ decision: DecisionNotice, into arena: ByteArena) {
        write("at", decision.at, into: arena)
        write("action", decision.action, into: arena)
        write("detector", decision.detector, into: arena)
        write("signal", decision.signal, into: arena)
        write("model_before", decision.modelBefore, into: arena)
        write("model_after", decision.modelAfter, into: arena)
        write("version_before", Int64(decision.versionBefore), into: arena)
        write("version_after", Int64(decision.versionAfter), into: arena)
        write("loss_before", decision.lossBefore, into: arena)
        write("loss_after", decision.lossAfter, into: arena)
        write("reason", decision.reason, into: arena)
    }

    private func name(_ name: StaticString, into arena: ByteArena) {
        arena.append(",\"")
        arena.append(name)
        arena.append("\":")
    }

    private func write(_ key: StaticString, _ text: String, into arena: ByteArena) {
        if text.isEmpty { return }
        name(key, into: arena)
        JSONText.write(text, into: arena)
    }

    private func write(_ key: StaticString, _ number: UInt64, into arena: ByteArena) {
        write(key, Int64(clamping: number), into: arena)
    }

    private func write(_ key: StaticString, _ number: Int64, into arena: ByteArena) {
        name(key, into: arena)
        arena.append(integer: number)
    }

    private func write(_ key: StaticString, _ number: Double, into arena: ByteArena) {
        guard number.isFinite else { return }
        name(key, into: arena)
        arena.append(number: number)
    }
}
