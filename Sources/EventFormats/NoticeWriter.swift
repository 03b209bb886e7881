public import OnlineLearning
public import Text

/// Writes drift events and decisions as JSON, for `<name>-drift` and `<name>-decisions`.
///
/// Rare records: they may allocate.
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
    ///   - more: members behind those.
    public func write(
        _ notice: Notice, eventTime: Int64, partition: Int32, offset: Int64, more: [(String, JSON)] = [],
        into arena: ByteArena
    ) {
        var members: [(String, JSON)] = [("topology", .text(topology))] + notice.members()
        if eventTime != .min { members.append(("event_time", .integer(eventTime))) }
        members.append(("source", .text("\(topic)-\(partition)-\(offset)")))
        arena.append(text: JSON.object(members + more).text)
    }
}
