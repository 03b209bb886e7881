extension TopologyKeys {
    /// Parameters that are tuned while the stream runs.
    static let tuning: [TopologyKey] = [
        TopologyKey(
            "tune", .special,
            "Challengers that differ from one model by one parameter learn beside it, and one that is proven better answers: true "
                + "(the first model), a model's name, or a map. Each challenger costs what the model costs."),
        TopologyKey("tune.model", .text, "The model that is tuned; absent: the first."),
        TopologyKey(
            "tune.parameters", .words,
            "The parameters that may change; absent: all that `millrace describe` calls tunable."),
        TopologyKey(
            "tune.challengers", .integer(1...16), "How many learn beside it, at most as many as there are changes.",
            standard: "4"),
        TopologyKey(
            "tune.lease", .integer(20...1_000_000_000),
            "Labelled events for which a change is tried at first; twice as many at every further try, and so many again after a "
                + "drift.", standard: "1000"),
    ]
}

extension TopologyKeys {
    /// How errors are told apart.
    static let slices = TopologyKey(
        "slices", .words,
        "Features, or `all`, at most 16: the error is told for each of their words, and for each quarter of the usual range of "
            + "numbers, wherever at least 100 labelled events were seen; of a feature's words the 32 most frequent.")
}
