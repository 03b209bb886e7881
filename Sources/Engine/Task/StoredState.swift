import OnlineLearning

/// What a task stores and restores: its pipeline, alone or with the events that wait for their labels.
protocol StoredState: Snapshottable {
    /// Events scored.
    var events: UInt64 { get }
    /// Another number, another state.
    var revision: UInt64 { get }
    /// Equal after equal histories.
    var stateDigest: UInt64 { get }
    /// Bytes that go beside the state into the next snapshot, about.
    var newBytes: Int { get }
    /// One should begin, whatever the time.
    var needsSnapshot: Bool { get }
    /// The state, and the snapshot before, list no segment with a lower number.
    var firstSegment: UInt32 { get }
    /// Writes what is new beside the state; gives the numbers of what is to be deleted, too.
    func seal(at place: Int64) -> (segments: [LabelSegment], deleted: [UInt32])
    /// What follows the state: what depends on when snapshots were taken.
    func writeStorage(to writer: inout SnapshotWriter)
}

extension StoredState {
    /// The state, and what follows it; gives where the state ends.
    func writeAll(to writer: inout SnapshotWriter) -> Int {
        write(to: &writer)
        let canonical = writer.bytes.count
        writeStorage(to: &writer)
        return canonical
    }

    var newBytes: Int { 0 }
    var needsSnapshot: Bool { false }
    var firstSegment: UInt32 { 0 }
    func seal(at place: Int64) -> (segments: [LabelSegment], deleted: [UInt32]) { ([], []) }
    func writeStorage(to writer: inout SnapshotWriter) {}
}

extension Pipeline: StoredState {
    var events: UInt64 { sequence }
    // A command changes the state between two events, and its digest with it.
    var revision: UInt64 { sequence &* 0x9e37_79b9_7f4a_7c15 ^ rollingDigest }
    var stateDigest: UInt64 { rollingDigest }
}

extension LabelledPipeline: StoredState {
    var events: UInt64 { pipeline.sequence }
    var revision: UInt64 { steps }
    var stateDigest: UInt64 { digest }
}
