extension Catalog {
    public static let detectors: [any DriftDetector.Type] = []
    /// What may be done at a drift. Executed by `Adaptation`.
    public static let actions: [ComponentDescription] = []
}
