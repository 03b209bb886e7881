/// `alert`: says that something got worse and changes nothing.
final class AlertPolicy: Policy {
    static let description = ComponentDescription(
        name: "alert", role: .action, summary: "Reports the change and changes nothing.",
        source: "The yardstick for every other action.", cost: "Nothing.")

    init(parameters: ParameterValues) {}

    func step(_ input: PolicyInput) -> PolicyAction {
        input.level == .drift ? .alert(.drift) : .none
    }

    func write(to writer: inout SnapshotWriter) {}
    func read(from reader: inout SnapshotReader) throws(SnapshotError) {}
}
