import Console
import Engine

/// What a process that holds all of a topology's tasks takes at most, restores included.
struct ProcessMemory {
    var tasks: Int
    /// `memory:` of the topology, and of its labels.
    var perTask: Int
    /// Bytes of the largest stored state.
    var largestState: Int
    /// Input topics, with that of the labels.
    var inputs: Int

    /// The program, its libraries and buffers of transactions.
    static let program = 64 << 20

    /// Of a worker that lags behind.
    var fetched: Int { Prefetch(queues: tasks * inputs).bytes }

    /// One task at a time: its snapshot's chunks and the state that they become, and what is fetched ahead for it. The model
    /// is counted with its task.
    var restoring: Int { 2 * largestState + inputs * EngineSettings.readerBytes }

    /// Of one task at a time: a snapshot's copy of the state.
    var storing: Int { largestState }

    var bytes: Int { tasks * perTask + fetched + Self.program + storing + restoring }

    var text: String {
        "one process with \(tasks == 1 ? "this task" : "all \(tasks) tasks") takes at most \(Numbers.bytes(bytes)): "
            + "\(Numbers.bytes(perTask)) a task, \(Numbers.bytes(fetched)) of fetched records where it lags, "
            + "\(Numbers.bytes(Self.program)) for itself, \(Numbers.bytes(storing)) while it stores a state and "
            + "\(Numbers.bytes(restoring)) while it restores one"
    }
}
