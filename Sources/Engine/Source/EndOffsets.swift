import Synchronization

/// Where `--stop-at-end` stops, shared by the workers: the end offsets seen at the start.
final class EndOffsets: Sendable {
    private let offsets: [Int32: Int64]
    /// Of the label topic.
    let labels: [Int32: Int64]
    private let open: Mutex<Set<Int32>>

    init(_ offsets: [Int32: Int64], labels: [Int32: Int64] = [:]) {
        self.offsets = offsets
        self.labels = labels
        open = Mutex(Set(offsets.keys))
    }

    subscript(partition: Int32) -> Int64 { offsets[partition] ?? 0 }

    func reached(_ partition: Int32) { open.withLock { _ = $0.remove(partition) } }

    /// Every partition's end was reached, by whichever worker.
    var areReached: Bool { open.withLock { $0.isEmpty } }
}
