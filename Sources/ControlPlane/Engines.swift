import Engine
import Synchronization

/// The engines of the process, in the order they were added.
final class Engines: Sendable {
    struct Entry: Sendable {
        var topology: String
        var status: EngineStatus
    }

    private let list = Mutex<[Entry]>([])

    func add(_ entry: Entry) { list.withLock { $0.append(entry) } }

    var all: [Entry] { list.withLock { $0 } }
}
