/// What a policy sees of one event.
struct PolicyInput {
    /// What its detector raised.
    var level = DriftLevel.none
    /// The watched error or loss went down: reported, never acted on.
    var isImprovement = false
    /// The event had a label; only such events count as time for a policy.
    var labelled = false
    /// Labelled events since the champion last changed.
    var sinceChange: UInt64 = .max
    /// No other policy is at work on the champion.
    var isFree = true
    /// This event's error (0 or 1, or absolute) of the champion, of its candidate and of the model it replaced.
    var championLoss = Double.nan
    var candidateLoss = Double.nan
    var shadowLoss = Double.nan
    /// Labelled events the candidate has learned.
    var candidateLearned: UInt64 = 0
    /// The champion's index.
    var champion = 0
    /// At a drift, and where the policy asked: the best challenger (-1: there is none), its recent mean error and the
    /// champion's.
    var bestChallenger = -1
    var bestLoss = Double.nan
    var championRecent = Double.nan
}

/// What the pipeline is told to do. The reason is published; the losses are those that decided.
enum PolicyAction: Equatable {
    case none
    case alert(PolicyReason)
    /// A drift that changes nothing.
    case keep(PolicyReason, before: Double, after: Double)
    /// Another model becomes the champion, on probation.
    case promote(Int, before: Double, after: Double)
    case promoteBack(Int, before: Double, after: Double)
    case confirm(before: Double, after: Double)
    /// A fresh model starts to train beside the champion.
    case startCandidate(PolicyReason)
    /// The champion is replaced by a fresh model: at once, or when the candidate has trained.
    case startReset(byPrior: Bool, atOnce: Bool)
    case finishReset
    case swapCandidate(PolicyReason, before: Double, after: Double)
    case discardCandidate(PolicyReason, before: Double, after: Double)
}

/// Why, as one sentence.
enum PolicyReason: String {
    case drift = "the detector reported a change"
    case improvement = "the change is an improvement, so nothing is replaced"
    case coolDown = "the champion changed a short while ago, so it is left to settle"
    case busy = "another adaptation is under way"
    case noChallenger = "there is no other model to switch to"
    case noBetter = "no other model was better since the change"
    case noneBecameBetter = "no other model became better in time"
    case warning = "the detector warned, so a fresh model starts to train"
    case driftWithoutCandidate = "the detector reported a change without warning, so a fresh model starts to train"
    case faded = "the warning faded"
    case proven = "the fresh model was better on the same events beyond doubt"
    case betterInTime = "the fresh model was better on the same events when the wait was over"
    case notBetter = "the fresh model was not better on the same events when the wait was over"
}

/// What a policy is told when it is made.
struct PolicyContext {
    /// Models of the topology.
    var modelCount: Int
}

/// Decides what is done about a change: a state machine that sees every event and touches nothing.
protocol Policy: Snapshottable, SendableMetatype {
    /// Its entry in the catalog, of role `.action`.
    static var description: ComponentDescription { get }
    /// Whether memory for one more model has to be kept.
    static var trainsModel: Bool { get }
    init(parameters: ParameterValues, context: PolicyContext)
    /// The model whose loss it wants as `shadowLoss`, or -1.
    var shadow: Int { get }
    /// It wants every event; otherwise only those at which its detector speaks.
    var isActive: Bool { get }
    /// The labelled events over which it wants the models compared now, or 0.
    var comparison: Int { get }
    func step(_ input: PolicyInput) -> PolicyAction
    /// What it had begun is given up: it waits for the next change.
    func abandon()
}

extension Policy {
    static var trainsModel: Bool { false }
    var shadow: Int { -1 }
    var isActive: Bool { false }
    var comparison: Int { 0 }
    func abandon() {}
}
