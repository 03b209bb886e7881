/// What topologies that run side by side do to each other.
public enum TopologyNeighbours {
    /// Findings where two of them have one name, or write one topic: readers could not tell whose records they are.
    public static func findings(_ plans: [TopologyPlan]) -> [Finding] {
        var findings: [Finding] = []
        for (index, plan) in plans.enumerated() {
            func report(_ message: String, _ severity: Finding.Severity) {
                findings.append(Finding(file: plan.file, line: 1, column: 1, severity: severity, message: message))
            }
            for other in plans[..<index] {
                if other.name == plan.name {
                    report(
                        "'name: \(plan.name)' is also the name of \(other.file): they would share a group, its offsets and "
                            + "their state",
                        .error)
                } else if other.outputTopic == plan.outputTopic, !(other.namesTopology && plan.namesTopology) {
                    report(
                        "'output.topic: \(plan.outputTopic)' is also written by \(other.file): readers cannot tell their "
                            + "records apart but by 'model'; give each its own, or both 'output.topology: named'",
                        .warning)
                }
                for (writer, owner) in [(plan, other), (other, plan)] {
                    let side = SideTopic.allCases.first { $0.name(of: owner.name) == writer.outputTopic }
                    guard let side else { continue }
                    report(
                        "'output.topic: \(writer.outputTopic)' of \(writer.file) is the topic of \(side.rawValue) of "
                            + owner.file, .error)
                }
            }
        }
        return findings
    }
}
