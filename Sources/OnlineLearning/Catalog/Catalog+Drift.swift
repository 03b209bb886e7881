extension Catalog {
    /// Every detector, by name.
    public static let detectors: [any DriftDetector.Type] = [Adwin.self, Ddm.self, PageHinkley.self]

    /// What may be done at a drift. Executed by `Pipeline` as a policy decides.
    public static let actions: [ComponentDescription] = [alert, reset, switchModel, background]

    private static let coolDown = ParameterDescription(
        "cool_down", .integer(0...1_000_000_000, default: 1000),
        "Labelled events for which a changed champion is left to settle.")
    private static let minTrain = ParameterDescription(
        "min_train", .integer(0...1_000_000_000, default: 200),
        "Labelled events a fresh model learns before it may answer.")

    static let alert = ComponentDescription(
        name: "alert", role: .action, summary: "Reports the change and changes nothing.",
        source: "The yardstick for every other action.", cost: "Nothing.")

    static let reset = ComponentDescription(
        name: "reset", role: .action,
        summary: "Replaces the champion with a fresh model at a drift.",
        source: "Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29.",
        cost: "A second model while the fresh one trains.",
        parameters: [
            minTrain,
            ParameterDescription(
                "fallback", .choice(["previous", "prior"], default: "previous"),
                "Who answers until then: the outgoing model, or the class shares (the mean) so far."),
            coolDown,
        ])

    static let switchModel = ComponentDescription(
        name: "switch", role: .action,
        summary: "Makes the challenger with the lowest error since the change the champion, on probation.",
        source: "Champion and challenger with rollback; the early end is Ville's inequality, doi:10.1214/23-STS894.",
        cost: "Nothing: challengers run anyway.",
        parameters: [
            ParameterDescription(
                "probation", .integer(0...1_000_000_000, default: 2000),
                "Labelled events in which the outgoing model may come back if it is better."),
            ParameterDescription(
                "max_wait", .integer(0...1_000_000_000, default: 2000),
                "Labelled events after a drift in which a challenger may still become better and be taken."),
            coolDown,
        ])

    static let background = ComponentDescription(
        name: "background", role: .action,
        summary: "Trains a fresh model from the warning on and swaps it in at a drift once it is proven better.",
        source:
            "Gomes et al. 2017, doi:10.1007/s10994-017-5642-8; the proof is Ville's inequality, doi:10.1214/23-STS894.",
        cost: "A second model while the fresh one trains.",
        parameters: [
            minTrain,
            ParameterDescription(
                "forget", .integer(1...1_000_000_000, default: 500),
                "Labelled events without a warning after which the fresh model is discarded."),
            ParameterDescription(
                "max_wait", .integer(1...1_000_000_000, default: 2000),
                "Labelled events after a drift by which the better of the two is kept."),
            ParameterDescription(
                "evidence", .number(1...1_000_000, default: 20),
                "Betting odds against chance that the fresh model must reach on the same events to be swapped in early."
            ),
            coolDown,
        ])
}
