/// What a policy sees of one event.
struct PolicyInput {
    /// What its detector raised: an improvement is never acted on.
    var level = DriftLevel.none
    /// At a drift: the event at which the change is estimated to have begun.
    var changePoint: UInt64 = 0
    /// The event had a label; only such events count as time for a policy.
    var labelled = false
    /// Labelled events since the champion last changed.
    var sinceChange: UInt64 = .max
    /// No other policy is at work on the champion.
    var isFree = true
    /// This event's error (0 or 1, or absolute) of the champion and of its candidate.
    var championLoss = Double.nan
    var candidateLoss = Double.nan
    /// A model that may take the champion's place is there; one that learns events again is not there yet.
    var hasCandidate = false
    /// Labelled events the candidate has learned.
    var candidateLearned: UInt64 = 0
    /// Models that were replaced before, which may answer again; nil: none is kept.
    var memories: Memories?
    /// The champion's index.
    var champion = 0
}

/// What the pipeline is told to do. The reason is published; the losses are those that decided.
enum PolicyAction: Equatable {
    case none
    case alert(PolicyReason)
    /// A drift that changes nothing.
    case keep(PolicyReason, before: Double, after: Double)
    /// A fresh model starts to train beside the champion.
    case startCandidate(PolicyReason)
    /// A fresh model learns again what was learned from this event on, so many lessons per event that comes, and then trains beside
    /// the champion.
    case startReplay(change: UInt64, margin: UInt64, speed: Int)
    /// The champion is replaced by a fresh model: at once, or when the candidate has trained.
    case startReset(byPrior: Bool, atOnce: Bool)
    case finishReset
    /// The candidate answers, and is on probation for so many labelled events.
    case swapCandidate(PolicyReason, probation: UInt64, before: Double, after: Double)
    /// A model that was replaced before answers again, by its index among those that are kept.
    case recall(Int, before: Double, after: Double)
    case discardCandidate(PolicyReason, before: Double, after: Double)
}

/// Why, as one sentence.
enum PolicyReason: String {
    case drift = "the detector reported a change"
    case improvement = "the change is an improvement, so nothing is replaced"
    case coolDown = "the champion changed a short while ago, so it is left to settle"
    case busy = "another adaptation is under way"
    case warning = "the detector warned, so a fresh model starts to train"
    case driftWithoutCandidate = "the detector reported a change without warning, so a fresh model starts to train"
    case period = "its time has come, drift or not"
    case faded = "the warning faded"
    case proven = "the fresh model was better on the same events beyond doubt"
    case returned = "a model that had answered before was better on the same events beyond doubt"
    case notBetter = "the fresh model was not proven better on the same events when the wait was over"
}

/// Decides what is done about a change: a state machine that sees every event and touches nothing.
protocol Policy: Snapshottable, SendableMetatype {
    /// Its entry in the catalog, of role `.action`.
    static var description: ComponentDescription { get }
    /// Models beside those of the topology for which memory has to be kept.
    static var spareModels: Int { get }
    /// Models that are replaced are kept, to be tried again.
    static var remembers: Bool { get }
    /// Lessons that are kept to be learned again, with these parameters of it.
    static func keptLessons(_ parameters: ParameterValues) -> Int
    init(parameters: ParameterValues)
    /// It wants every event; otherwise only those at which its detector speaks.
    var isActive: Bool { get }
    func step(_ input: PolicyInput) -> PolicyAction
    /// What it had begun is given up: it waits for the next change.
    func abandon()
}

extension Policy {
    static var spareModels: Int { 0 }
    static var remembers: Bool { false }
    static func keptLessons(_ parameters: ParameterValues) -> Int { 0 }
    var isActive: Bool { false }
    func abandon() {}
}
