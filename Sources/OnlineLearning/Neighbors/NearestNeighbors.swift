/// The classes of the most similar among the last examples (k nearest neighbours: Cover & Hart 1967,
/// doi:10.1109/TIT.1967.1053964, over a window).
///
/// Distances: see `NeighbourWindow`. Differences from MOA and River: features are scaled by their spread, not by their
/// range, so that one far value does not take a feature out; values more than eight standard deviations away count as
/// that far.
/// Cost: `window` × features per prediction, less where a distance is soon too long. Memory: 8 bytes per slot of the
/// window, allocated at once; where the limit is lower the window is shorter.
public final class NearestNeighbors: Classifier {
    public static let description = ComponentDescription(
        name: "knn", role: .classifier,
        summary: "The classes of the most similar among the last examples.",
        source: "Cover & Hart 1967, doi:10.1109/TIT.1967.1053964",
        cost: "window × features; 8 bytes per slot of the window",
        parameters: NeighbourWindow.parameters)

    private let classCount: Int
    private let window: NeighbourWindow

    public init(parameters: ParameterValues, context: ComponentContext) {
        classCount = max(context.classCount, 1)
        window = NeighbourWindow(parameters, context)
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        let count = window.search(example)
        // One pseudo-vote is spread over all classes.
        probabilities.update(repeating: 1 / Double(classCount), count: classCount)
        var sum = 1.0
        for place in 0..<count {
            let (label, weight) = window.vote(place)
            probabilities[Int(label)] += weight
            sum += weight
        }
        for classIndex in 0..<classCount { probabilities[classIndex] /= sum }
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        window.learn(example, label: Double(classIndex), weight: weight)
    }

    public var memoryBytes: Int { window.bytes }
    public func write(to writer: inout SnapshotWriter) { window.write(to: &writer) }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try window.read(from: &reader) { $0 >= 0 && $0 < Double(classCount) && $0 == $0.rounded() }
    }
}
