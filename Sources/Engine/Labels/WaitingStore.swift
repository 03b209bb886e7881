import Foundation
import OnlineLearning
import StateStore
import Synchronization

/// The waiting events' segments of one task on the local disk: rows that memory has no room for, and a quicker restart.
///
/// Never the only copy: a segment is written here once its transaction is committed, by the committer's thread, and found by
/// the hash that a snapshot names. What is missing or another one comes from the state topic. Rows are read by the worker's.
final class WaitingStore: @unchecked Sendable {
    /// Rows that are written and read together: about a block of the disk's, for labels come about in the order of their
    /// events.
    static let pageRows = 16
    /// Behind the segment's number in a key.
    static let index: UInt8 = 1
    static let row: UInt8 = 2
    /// Open stores by folder: a task that comes back while its former self is not gone yet shares its store.
    private static let open = Mutex<[String: Weak]>([:])

    private struct Weak { weak var store: WaitingStore? }

    let store: StateStore
    private let folder: String
    private let failure = Mutex<String?>(nil)

    private init(_ folder: String) throws(EngineError) {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            store = try StateStore(folder: folder)
        } catch {
            throw EngineError(
                .unavailable,
                "the folder \(folder) for events that wait (label.disk) cannot be used: \(error). Name another with "
                    + "--state-dir, or leave label.disk out")
        }
    }

    /// The store in a folder, made where there is none.
    static func at(_ folder: String) throws(EngineError) -> WaitingStore {
        if let found = open.withLock({ $0[folder]?.store }) { return found }
        let made = try WaitingStore(folder)
        open.withLock { $0[folder] = Weak(store: made) }
        return made
    }

    /// Why it cannot be relied on, or nil.
    var fault: String? { failure.withLock { $0 } }

    /// The segment's number comes first, so that what is written later stands behind all that was written before: RocksDB
    /// then moves files from level to level and seldom merges them.
    static func key(_ segment: UInt32, _ kind: UInt8? = nil, _ item: UInt16? = nil) -> [UInt8] {
        var key = withUnsafeBytes(of: segment.bigEndian) { Array($0) }
        if let kind { key.append(kind) }
        if let item { withUnsafeBytes(of: item.bigEndian) { key += $0 } }
        return key
    }

    private func attempt<Answer>(_ body: () throws(StateStoreError) -> Answer) -> Answer? {
        do throws(StateStoreError) { return try body() } catch {
            failure.withLock { $0 = "\(folder): \(error.description)" }
            return nil
        }
    }

    // MARK: Committer's thread, and a restore

    /// Keeps a committed segment: its entries and its rows, in one batch.
    func write(_ segment: LabelSegment) {
        let batch = StateStore.Batch()
        segment.forEachRows(Self.pageRows) { item, rows in
            Self.key(segment.number, Self.row, item).withUnsafeBytes { batch.put($0, rows) }
        }
        Self.key(segment.number, Self.index).withUnsafeBytes { key in
            let value = withUnsafeBytes(of: segment.hash.littleEndian) { Array($0) } + segment.index
            value.withUnsafeBytes { batch.put(key, $0) }
        }
        _ = attempt { () throws(StateStoreError) in try store.write(batch) }
    }

    /// Forgets segments that no kept snapshot lists.
    func delete(_ numbers: [UInt32]) {
        guard !numbers.isEmpty else { return }
        let batch = StateStore.Batch()
        for number in numbers { batch.delete(from: Self.key(number), to: Self.key(number + 1)) }
        _ = attempt { () throws(StateStoreError) in try store.write(batch) }
    }

    // MARK: Worker's thread

    /// The entries of a segment with this hash, or nil: it is not here.
    func index(of number: UInt32, hash: UInt64) -> ArraySlice<UInt8>? {
        let found = attempt { () throws(StateStoreError) in try store.value(of: Self.key(number, Self.index)) }
        guard let value = found ?? nil, value.count > 8, UInt64(littleEndian: value[..<8]) == hash else { return nil }
        return value[8...]
    }

    /// The rows of a segment that are kept together with this one, from the first of them on, or nil: they are not here.
    func rows(of segment: UInt32, with item: UInt16) -> [UInt8]? {
        let first = item - item % UInt16(Self.pageRows)
        return attempt { () throws(StateStoreError) in try store.value(of: Self.key(segment, Self.row, first)) } ?? nil
    }

    /// Forgets every segment but these.
    func keep(only numbers: [UInt32]) {
        let kept = Set(numbers)
        let found = attempt { () throws(StateStoreError) in try store.beginnings(of: 4) } ?? []
        delete(found.map { $0.reduce(0) { $0 << 8 | UInt32($1) } }.filter { !kept.contains($0) })
    }

    /// What is here is not to be relied on: deletes it all.
    func wipe() {
        failure.withLock { $0 = nil }
        keep(only: [])
    }
}
