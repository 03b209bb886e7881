import Engine
import Page
import Synchronization

/// The engines of the process, in the order they were added.
final class Engines: Sendable {
    struct Entry: Sendable {
        var subject: Subject
        var status: EngineStatus
        /// What every viewer of its page is told each second.
        var hub: EventHub
        /// Pages of the present second.
        var pages: PageCache
        /// Where predictions are asked for; nil: nowhere.
        var peeks: PeekDesk?

        var topology: String { subject.name }
    }

    private let list = Mutex<[Entry]>([])

    func add(_ entry: Entry) { list.withLock { $0.append(entry) } }

    var all: [Entry] { list.withLock { $0 } }

    /// The engine of a topology, or nil.
    func entry(_ name: String) -> Entry? { all.first { $0.topology == name } }

    /// Tells the viewers what is new. Call it once a second.
    func tick() { for entry in all { entry.hub.tick() } }
}
