/// What classes of models with other settings and names can share: everything that a classifier does.
protocol ClassifierCore: Snapshottable {
    func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>)
    func learn(_ example: Example, classIndex: Int, weight: Double)
    var memoryBytes: Int { get }
    func sketch(_ sketch: inout ModelSketch)
}

extension ClassifierCore {
    func sketch(_ sketch: inout ModelSketch) {}
}

/// A classifier that is its core with settings of its own, and nothing else.
protocol BuiltClassifier: Classifier {
    associatedtype Core: ClassifierCore
    var core: Core { get }
}

extension BuiltClassifier {
    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        core.predict(example, into: probabilities)
    }
    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        core.learn(example, classIndex: classIndex, weight: weight)
    }
    public var memoryBytes: Int { core.memoryBytes }
    public func sketch(_ sketch: inout ModelSketch) { core.sketch(&sketch) }
    public func write(to writer: inout SnapshotWriter) { core.write(to: &writer) }
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) { try core.read(from: &reader) }
}
