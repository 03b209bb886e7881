/// `alert`: says that something got worse and changes nothing.
final class AlertPolicy: Policy {
    func step(_ input: PolicyInput) -> PolicyAction {
        input.level == .drift && !input.isImprovement ? .alert(.drift) : .none
    }

    func write(to writer: inout SnapshotWriter) {}
    func read(from reader: inout SnapshotReader) throws(SnapshotError) {}
}
