extension Pipeline {
    /// What is measured at once, whatever is learned.
    private static let records: Set<String> = ["pipeline", "published", "baselines", "quarantine", "recent"]

    /// Everything that learns and decides: the state without the records of what was answered, and without what waits before
    /// it is learned. Two pipelines of which one never learned what the other threw away agree in it. Cost: the state's size.
    public var learnedBytes: [UInt8] {
        var writer = SnapshotWriter()
        write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        return (try? SnapshotSections(&reader))?.bytes(without: Self.records) ?? []
    }
}
