/// Models of different kinds that average their probabilities, each weighted by how well it has answered of late.
///
/// A member's say is the square of its recent odds of being right: each event counts 1 % less than the next. River's
/// `VotingClassifier` gives every member the same say. A member sees the examples as they are: it has no transforms of
/// its own. Cost and memory: those of the members, which share the memory equally.
public final class Voting: Classifier {
    public static let description = ComponentDescription(
        name: "voting", role: .classifier,
        summary: "Different models that average their probabilities, weighted by how well each answered of late.",
        source: "Littlestone & Warmuth 1994, doi:10.1006/inco.1994.1009",
        cost: "that of the members",
        parameters: [
            ParameterDescription(
                "members", .members(.classifier, default: ["gaussian_nb", "hoeffding_adaptive_tree", "knn"]),
                "Models that vote, by names of their own."),
            ParameterDescription(
                "weighted", .boolean(default: true), "Whether those that were right more often of late count more."),
        ])

    private let members: [any Classifier]
    private let classCount: Int
    private let isWeighted: Bool
    private let records: FlatBuffer<VoteRecord>
    private let vote: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        let plans = parameters.members()
        classCount = max(context.classCount, 1)
        isWeighted = parameters.boolean("weighted")
        members = plans.map { Catalog.makeClassifier($0.plan, context.member($0.name, of: plans.count)) }
        records = FlatBuffer(members.count, repeating: VoteRecord())
        vote = FlatBuffer(classCount, repeating: 0)
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        probabilities.update(repeating: 0, count: classCount)
        var total = 0.0
        for index in members.indices {
            members[index].predict(example, into: vote.base)
            let voice = isWeighted ? records[index].voice : 1
            total += voice
            for classIndex in 0..<classCount { probabilities[classIndex] += voice * vote[classIndex] }
        }
        guard total > 0 else { return Numerics.uniform(probabilities, classCount) }
        for classIndex in 0..<classCount { probabilities[classIndex] /= total }
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        for index in members.indices {
            if isWeighted {
                members[index].predict(example, into: vote.base)
                var best = 0
                for other in 1..<max(classCount, 1) where vote[other] > vote[best] { best = other }
                records.base[index].take(isRight: best == classIndex)
            }
            members[index].learn(example, classIndex: classIndex, weight: weight)
        }
    }

    public func sketch(_ sketch: inout ModelSketch) {
        for member in members { member.sketch(&sketch) }
    }

    public var memoryBytes: Int {
        var sum = records.bytes + vote.bytes
        for member in members { sum += member.memoryBytes }
        return sum
    }

    public func write(to writer: inout SnapshotWriter) {
        for index in members.indices {
            records[index].write(to: &writer)
            members[index].write(to: &writer)
        }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for index in members.indices {
            try records.base[index].read(from: &reader)
            try members[index].read(from: &reader)
        }
    }
}
