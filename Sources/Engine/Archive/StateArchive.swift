import Foundation
import OnlineLearning
public import Topology

/// A file with the state of every task of a topology: carried to another cluster, or kept.
///
/// A line of magic, then blocks: a length of 8 bytes, so many bytes, and their sum (with `kafka.state_key` an HMAC, as in the
/// state topic). The first block says whose tasks follow, a block each. Reading trusts no length and no sum that it has not
/// checked. Memory: a task at a time, the rows that it has on disk too, some times over.
public struct StateArchive {
    static let magic = Array("millrace state 1\n".utf8)

    /// Whose tasks are in it.
    public struct Head: Equatable, Sendable {
        /// The topology's name.
        public var name: String
        /// The cluster that it comes from.
        public var cluster: String
        /// Partitions of the input.
        public var partitions: Int
        /// Tasks that follow.
        public var tasks: Int
    }

    /// A task in an archive, or one that was imported.
    public struct Entry: Equatable, Sendable {
        /// The input partition.
        public var partition: Int32
        /// Events that it has learned.
        public var events: UInt64
        /// Of its state, and of what waits beside it.
        public var bytes: Int
        /// SHA-256 of the state: what `state ls` says.
        public var digest: String

        init(_ task: ArchivedTask) {
            partition = task.partition
            events = task.manifest.events
            bytes = task.state.count + task.segments.reduce(0) { $0 + $1.bytes.count }
            digest = SHA256.text(of: task.manifest.stateHash)
        }
    }

    /// Writes every committed task of a topology, as it stands now, beside the running engine.
    ///
    /// - Parameters:
    ///   - write: gets the file's bytes, piece by piece.
    ///   - progress: gets each task that is written.
    public static func export(
        _ topology: TopologyPlan, on brokers: Brokers = .kafka, write: ([UInt8]) throws -> Void,
        progress: (Entry) -> Void
    ) throws {
        let stored = try StoredTasks(topology, as: "export", on: brokers)
        let partitions = try stored.committed()
        guard !partitions.isEmpty else {
            throw EngineError(
                .data, "group \(stored.topics.group) has committed nothing at \(topology.bootstrap): there is no state")
        }
        try write(magic)
        let head = Head(
            name: topology.name, cluster: stored.cluster.id, partitions: stored.partitions, tasks: partitions.count)
        try write(block(head.encoded, stored.cluster))
        for partition in partitions {
            let task = ArchivedTask(try stored.restore(partition, keepsSegments: true), stored.cluster)
            try write(block(task.encoded, stored.cluster))
            progress(Entry(task))
        }
    }

    static func block(_ bytes: [UInt8], _ cluster: Cluster) -> [UInt8] {
        var writer = SnapshotWriter(reserving: bytes.count + 16)
        writer.write(UInt64(bytes.count))
        return writer.bytes + bytes + withUnsafeBytes(of: cluster.sum(bytes).littleEndian) { Array($0) }
    }

    private let path: String
    private let key: [UInt8]?
    private let file: ArchiveFile
    /// Whose tasks are in it.
    public let head: Head

    /// Opens a file, to be read once. Throws where it is no archive, or was sealed with another key.
    public init(path: String, _ topology: TopologyPlan) throws(EngineError) {
        self.path = path
        key = topology.stateKey
        file = try ArchiveFile(path, key: key)
        do throws(SnapshotError) { head = try Head(decoding: try file.next()) } catch {
            throw EngineError(.data, "\(path): \(error.message)")
        }
    }

    /// Gives each task, checked as far as it can be without a topology.
    func forEach(_ body: (ArchivedTask) throws(EngineError) -> Void) throws(EngineError) {
        for _ in 0..<head.tasks {
            let task: ArchivedTask
            do throws(SnapshotError) {
                task = try ArchivedTask(decoding: try file.next(), key: key)
                guard (0..<Int32(clamping: head.partitions)).contains(task.partition) else {
                    throw SnapshotError("partition \(task.partition) is none of \(head.partitions)")
                }
            } catch { throw EngineError(.data, "\(path): \(error.message)") }
            try body(task)
        }
        guard file.isAtEnd else { throw EngineError(.data, "\(path): more follows behind the last task") }
    }

    /// Checks that every task is whole and can be loaded by this build; gives them.
    public func verify(_ topology: TopologyPlan) throws(EngineError) -> [Entry] {
        var entries: [Entry] = []
        try forEach { (task) throws(EngineError) in
            _ = try task.loaded(as: topology, Cluster(head.cluster, key: key))
            entries.append(Entry(task))
        }
        return entries
    }
}

extension StateArchive.Head {
    var encoded: [UInt8] {
        var writer = SnapshotWriter()
        writer.write(name)
        writer.write(cluster)
        writer.write(UInt32(partitions))
        writer.write(UInt32(tasks))
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(SnapshotError) {
        var reader = SnapshotReader(bytes)
        name = try reader.readText()
        cluster = try reader.readText()
        partitions = Int(try reader.read(UInt32.self))
        tasks = Int(try reader.read(UInt32.self))
        guard tasks > 0, tasks <= partitions, partitions <= 1 << 20 else {
            throw SnapshotError("it claims \(tasks) tasks of \(partitions) partitions")
        }
    }
}

/// Reads an archive block by block.
private final class ArchiveFile {
    private let handle: FileHandle
    private let key: [UInt8]?
    private let size: UInt64
    private var position: UInt64
    /// Blocks that were read.
    private(set) var blocks = 0

    init(_ path: String, key: [UInt8]?) throws(EngineError) {
        self.key = key
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            size = try handle.seekToEnd()
            try handle.seek(toOffset: 0)
            let found = try handle.read(upToCount: StateArchive.magic.count) ?? Data()
            position = UInt64(found.count)
            guard Array(found) == StateArchive.magic else {
                throw EngineError(.data, "\(path): not a file of `millrace state export`, or of another version")
            }
        } catch let error as EngineError {
            throw error
        } catch { throw EngineError(.data, "\(path): cannot be read: \(error.localizedDescription)") }
    }

    var isAtEnd: Bool { position == size }

    func next() throws(SnapshotError) -> [UInt8] {
        let length = UInt64(littleEndian: try take(8))
        guard length <= size - position else { throw SnapshotError("it ends too early: the copy is not whole") }
        let bytes = try take(Int(length))
        let sum = UInt64(littleEndian: try take(8))
        guard Cluster("", key: key).sum(bytes) == sum else {
            throw SnapshotError("block \(blocks) is damaged, or was sealed with another `kafka.state_key` or none")
        }
        blocks += 1
        return bytes
    }

    private func take(_ count: Int) throws(SnapshotError) -> [UInt8] {
        guard UInt64(count) <= size - position, let data = try? handle.read(upToCount: count) ?? Data(),
            data.count == count
        else { throw SnapshotError("it ends too early: the copy is not whole") }
        position += UInt64(count)
        return Array(data)
    }
}
