extension Catalog {
    /// Every detector, by name.
    public static let detectors: [any DriftDetector.Type] = [
        Adwin.self,
        Cusum.self,
        Ddm.self,
        Ecdd.self,
        Eddm.self,
        Fhddm.self,
        HddmA.self,
        HddmW.self,
        Kswin.self,
        PageHinkley.self,
        Rddm.self,
        Seed.self,
        Shewhart.self,
        Sprt.self,
        Stepd.self,
    ]

    /// What may be done at a drift, from the least to the most.
    static let policies: [any Policy.Type] = [
        AlertPolicy.self,
        PeriodicPolicy.self,
        ResetPolicy.self,
        BackgroundPolicy.self,
        RecallPolicy.self,
        ReplayPolicy.self,
    ]
}

extension ParameterDescription {
    /// For policies that change the champion.
    static func coolDown(standard: Int) -> ParameterDescription {
        ParameterDescription(
            "cool_down", .integer(0...1_000_000_000, default: standard),
            "Labelled events for which a changed champion is left to settle.")
    }
    /// For policies whose fresh model has to stand the test.
    static let probation = ParameterDescription(
        "probation", .integer(0...1_000_000_000, default: 100_000),
        "Labelled events after a swap in which the model before may come back; 0: none.")
    /// For policies that train a fresh model.
    static func minTrain(standard: Int) -> ParameterDescription {
        ParameterDescription(
            "min_train", .integer(0...1_000_000_000, default: standard),
            "Labelled events a fresh model learns before it may answer.")
    }
}
