/// What every event reads or changes in a pipeline, beside its components.
///
/// The pipeline holds it behind a pointer, so that an event pays no check for exclusive access and counts no reference.
struct PipelineState {
    /// Events processed.
    var sequence: UInt64 = 0
    /// Labels learned from, or scored while learning rests.
    var labelled: UInt64 = 0
    /// A hash of every prediction and loss so far, in order.
    var digest: UInt64 = 0x6d69_6c6c_7261_6365
    /// The latest tick, or `Int64.min`.
    var time = Int64.min
    /// Models and transforms do not learn.
    var isFrozen = false
    /// The index of the model that answers.
    var champion = 0
    /// The index of the model that answered before, where the last change was one of models of the topology; else -1.
    var former = -1
    /// Labelled events since the champion last changed; huge before it ever did.
    var sinceChange: UInt64 = 1 << 62
    /// The slot of the model in training and of the shadow, or -1: there is neither.
    var candidateSlot = -1
    /// A model in training that may take the champion's place.
    var candidate: Incarnation?
    /// A model that learns again what was learned, and is no candidate before it is level.
    var replayed: Incarnation?
    /// The model that a fresh one has replaced, and the labelled events for which it may still come back.
    var shadow: Incarnation?
    var probation: UInt64 = 0
    /// The incarnations that this event replaced, one after the other: the first one's answer is still borrowed.
    var retired: [Incarnation] = []
    /// The index of the watch whose policy is at work on the champion, or -1.
    var busy = -1 { didSet { hasToldBusy = false } }
    /// What a policy would do, and nobody has approved yet.
    var proposal: Proposal?
    /// It was told that another adaptation had to wait.
    var hasToldBusy = false
    /// While a reset model trains, the baselines may answer in its place.
    var answersByPrior = false
    /// The highest level that the event before this one raised.
    var lastLevel = DriftLevel.none
    /// Detectors have not seen the last event yet: its label may be the next input, and both are watched as one.
    var isDeferred = false
    /// The number of the event that was learned last.
    var studied: UInt64 = 0
    /// Events that came after the one that is learned now.
    var lag: UInt64 = 0
    /// Drift events and decisions of this input.
    var notices: [Notice] = []

    @inline(__always)
    mutating func mix(_ bits: UInt64) {
        let mixed = (digest ^ bits) &* 0x9e37_79b9_7f4a_7c15
        digest = mixed ^ (mixed >> 29)
    }
}
