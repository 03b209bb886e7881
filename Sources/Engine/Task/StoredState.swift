import OnlineLearning

/// What a task stores and restores: its pipeline, alone or with the events that wait for their labels.
protocol StoredState: Snapshottable {
    /// Events scored.
    var events: UInt64 { get }
    /// Another number, another state.
    var revision: UInt64 { get }
    /// Equal after equal histories.
    var stateDigest: UInt64 { get }
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
