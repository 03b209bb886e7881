/// When learning stops by itself while scoring goes on (`breaker`, `guards`), and how much of it can be taken back.
public struct QuarantinePlan: Sendable, Equatable {
    /// Labelled events that wait before they are learned: none of them is when learning stops. The newer half of them is
    /// what is compared with the usual.
    public var window: Int
    /// Standard errors above the usual at which the error, or the share of missing or new values, is too high.
    public var limit: Double
    /// Events after which what was taken for a fault is taken for a change of the world, and learned.
    public var patience: Int
    /// The error of what is published is watched.
    public var watchesError: Bool
    /// Names of the features whose values are watched, in the schema's order.
    public var features: [String]

    /// A plan of checked parts.
    public init(window: Int, limit: Double, patience: Int, watchesError: Bool, features: [String]) {
        self.window = window
        self.limit = limit
        self.patience = patience
        self.watchesError = watchesError
        self.features = features
    }

    /// Nothing is watched, and a label waits for the next one: for ranges that are named by hand.
    static let none = QuarantinePlan(window: 1, limit: .infinity, patience: 0, watchesError: false, features: [])

    /// One spelling per plan: stored in snapshots and compared on load.
    public var text: String {
        "window \(window), limit \(limit), patience \(patience), watches "
            + ((watchesError ? ["error"] : []) + features).joined(separator: ", ")
    }
}
