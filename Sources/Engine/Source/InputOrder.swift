/// In which order a worker's tasks are read: by partition, and each turn begins behind the task at which the last one was
/// cut, so that a busy one does not starve the rest.
struct InputOrder: Equatable {
    private(set) var partitions: [Int32] = []
    private var next = 0

    /// These are the tasks from now on.
    mutating func tasks(_ numbers: some Sequence<Int32>) {
        let following = next < partitions.count ? partitions[next] : 0
        partitions = numbers.sorted()
        next = partitions.firstIndex { $0 >= following } ?? 0
    }

    /// The order of one turn.
    func turn() -> [Int32] {
        guard next < partitions.count else { return partitions }
        return Array(partitions[next...] + partitions[..<next])
    }

    /// The turn ended with this task: it may go on first where its batch was cut, else the one behind it.
    mutating func ended(with partition: Int32, isCut: Bool) {
        guard let place = partitions.firstIndex(of: partition) else { return }
        next = isCut ? place : (place + 1) % partitions.count
    }
}
