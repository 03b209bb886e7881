import Console

/// What a process that holds all of a topology's tasks takes at most, restores included.
struct ProcessMemory {
    var tasks: Int
    /// `memory:` of the topology.
    var perTask: Int
    /// Bytes of the largest stored state.
    var largestState: Int

    /// The program, its libraries and buffers of transactions.
    static let program = 40 << 20
    /// Fetched records that wait, per worker (`queued.max.messages.kbytes`).
    static let fetched = 256 << 20

    /// While a task is restored, one at a time: the two kept snapshots' chunks, put together, beside the model. The model is
    /// counted with its task.
    var restoring: Int { 3 * largestState }

    var bytes: Int { tasks * perTask + Self.fetched + Self.program + restoring }

    var text: String {
        "one process with \(tasks == 1 ? "this task" : "all \(tasks) tasks") takes at most \(Numbers.bytes(bytes)): "
            + "\(Numbers.bytes(perTask)) a task, \(Numbers.bytes(Self.fetched)) of fetched records a worker, "
            + "\(Numbers.bytes(Self.program)) for itself, \(Numbers.bytes(restoring)) more while it restores one"
    }
}
