/// `alert`: says so and changes nothing.
final class AlertPolicy: Policy {
    func step(_ input: PolicyInput) -> PolicyAction {
        guard input.level == .drift else { return .none }
        return .alert(input.isImprovement ? .improvement : .drift)
    }

    func write(to writer: inout SnapshotWriter) {}
    func read(from reader: inout SnapshotReader) throws(SnapshotError) {}
}
