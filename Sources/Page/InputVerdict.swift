import Engine

/// How often one input has no value, and whether that is unusual.
struct InputVerdict {
    /// The feature's place in the schema.
    var index: Int
    /// Its share of events without a value lately, 0 to 1.
    var share: Double
    /// The same before; nil where too little came before.
    var usual: Double?
    /// When "lately" began.
    var since: Double
    /// Events that were looked at.
    var events: Double

    /// A point more than usual, and more than chance gives by far.
    var isUnusual: Bool {
        guard let usual else { return false }
        let noise = 4 * (max(usual, 1 / events) * (1 - usual) / events).squareRoot()
        return share - usual > max(0.01, noise)
    }

    /// Of all partitions together, in the schema's order; empty where nothing is counted yet.
    static func all(_ shares: [InputShares]) -> [InputVerdict] {
        guard let first = shares.first else { return [] }
        let events = shares.reduce(0) { $0 + $1.events }
        let before = shares.reduce(0) { $0 + $1.eventsBefore }
        let since = shares.map(\.since).min() ?? first.since
        return first.missing.indices.map { index in
            func sum(_ counts: (InputShares) -> [Double]) -> Double {
                shares.reduce(0) { $0 + (index < counts($1).count ? counts($1)[index] : 0) }
            }
            return InputVerdict(
                index: index, share: sum(\.missing) / events,
                usual: before >= 100 ? sum(\.missingBefore) / before : nil,
                since: since, events: events)
        }
    }
}
