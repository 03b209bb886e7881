/// What operators have asked of a task, and where it reads what they ask next.
struct TaskControl {
    /// The next offset of the control partition.
    var next: Int64 = 0
    /// Commands taken so far: the number of the last one.
    var taken: UInt64 = 0
    /// Records are not read, by command.
    var isPaused = false
    /// Nothing more is read: the process is to end.
    var isDraining = false
    var queue: (any LaneClient)?
    /// Of a task with one input; with two its commands stand among its rows (`TaskLabels.journal`).
    var journal = Journal()
    /// The input offset at which the commands of the open transaction were taken.
    var place: Int64 = 0

    /// No row is taken.
    var rests: Bool { isPaused || isDraining }

    /// As it was committed.
    mutating func resume(_ metadata: OffsetMetadata) {
        next = metadata.control
        taken = metadata.commands
        isPaused = metadata.isPaused
        journal = Journal(last: metadata.journal)
    }

    /// What is committed of it.
    func keep(in metadata: inout OffsetMetadata) {
        metadata.control = next
        metadata.commands = taken
        metadata.isPaused = isPaused
    }
}
