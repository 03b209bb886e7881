/// The mean target of the most similar among the last examples (k nearest neighbours: Cover & Hart 1967,
/// doi:10.1109/TIT.1967.1053964, over a window).
///
/// Distances: see `NeighbourWindow`. Until an example is known it answers 0. Targets beyond ±1e150 count as that.
/// Differences from MOA and River: as `knn`.
/// Cost: `window` × features per prediction, less where a distance is soon too long. Memory: 8 bytes per slot of the
/// window, allocated at once; where the limit is lower the window is shorter. One thread.
public final class NearestNeighborsRegressor: Regressor {
    public static let description = ComponentDescription(
        name: "knn_regressor", role: .regressor,
        summary: "The mean target of the most similar among the last examples.",
        source: "Cover & Hart 1967, doi:10.1109/TIT.1967.1053964",
        cost: "window × features; 8 bytes per slot of the window",
        parameters: NeighbourWindow.parameters)

    private let window: NeighbourWindow

    public init(parameters: ParameterValues, context: ComponentContext) {
        window = NeighbourWindow(parameters, context)
    }

    public func predict(_ example: Example) -> Double {
        var (sum, weights) = (0.0, 0.0)
        for place in 0..<window.search(example) {
            let (target, weight) = window.vote(place)
            sum += target * weight
            weights += weight
        }
        return weights > 0 ? sum / weights : 0
    }

    public func learn(_ example: Example, target: Double, weight: Double) {
        window.learn(example, label: Numerics.clip(target, ClassRows.largestValue), weight: weight)
    }

    public var memoryBytes: Int { window.bytes }
    public func write(to writer: inout SnapshotWriter) { window.write(to: &writer) }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try window.read(from: &reader) { abs($0) <= ClassRows.largestValue }
    }
}
