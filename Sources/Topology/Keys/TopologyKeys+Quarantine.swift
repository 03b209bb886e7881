extension TopologyKeys {
    /// Who approves what is done at a drift, and when learning stops by itself.
    static let quarantine: [TopologyKey] = [
        TopologyKey(
            "drift[].approval", .choice(["none", "manual"]),
            "manual: what would be done to the champion is proposed on NAME-decisions, and done after `millrace approve`.",
            standard: "none"),
        TopologyKey(
            "drift[].approval_wait", .integer(1...1_000_000_000),
            "Labelled events after which a proposal that nobody approved is denied.", standard: "10000"),
        TopologyKey(
            "breaker", .section,
            "Learning stops while the error is far above the usual, and scoring goes on; `breaker: {}` takes the defaults."
        ),
        TopologyKey(
            "breaker.window", .integer(40...10_000),
            "Labelled events that wait before they are learned, so that none of them is when learning stops; the newer half of "
                + "them is compared with the usual. With `guards` too.", standard: "100"),
        TopologyKey(
            "breaker.limit", .integer(2...100),
            "Standard errors above the usual at which the error, or a share of missing or new values, is too high. With "
                + "`guards` too.", standard: "6"),
        TopologyKey(
            "breaker.patience", .integer(1...1_000_000_000),
            "Events after which what was taken for a fault is taken for a change of the world, and learned. With `guards` too.",
            standard: "2000"),
        TopologyKey(
            "guards", .words,
            "Features, or `all`: learning stops while one of them is missing in a row, has values of another size (a unit that "
                + "changed) or words that nobody knew."),
    ]
}
