/// Topics, transactions and a group's committed offsets as a Kafka cluster keeps them, in memory: what the engine's parts
/// stand on in tests.
///
/// What a reader with `read_committed` sees is what a broker would show: nothing behind the first open transaction,
/// nothing that was aborted; a transaction's end takes an offset of its own in every partition it wrote. One thread.
///
/// ```swift
/// let log = InMemoryLog()
/// log.createTopic("in", partitions: 1)
/// log.append(value: [1], to: "in", 0)
/// let (records, next) = log.read("in", 0, from: 0)
/// ```
public final class InMemoryLog {
    /// One record.
    public struct Record: Sendable {
        /// The key, or nil.
        public var key: [UInt8]?
        /// The value; nil is a tombstone.
        public var value: [UInt8]?
        /// Names and values, in order.
        public var headers: [(String, [UInt8]?)] = []
        /// Milliseconds since 1970.
        public var timestamp: Int64 = 0

        /// A record.
        public init(
            key: [UInt8]? = nil, value: [UInt8]?, headers: [(String, [UInt8]?)] = [], timestamp: Int64 = 0
        ) {
            self.key = key
            self.value = value
            self.headers = headers
            self.timestamp = timestamp
        }
    }

    /// What a group has committed for a partition.
    public struct Committed: Sendable, Equatable {
        /// The next offset to read.
        public var offset: Int64
        /// Bytes beside it.
        public var metadata: [UInt8]?

        /// A committed offset.
        public init(offset: Int64, metadata: [UInt8]? = nil) {
            self.offset = offset
            self.metadata = metadata
        }
    }

    /// Why a call was refused.
    public enum Refusal: Error, Sendable, Equatable {
        /// There is no such topic or partition.
        case unknownPartition
        /// Another producer took the transactional id over.
        case fenced
        /// The group has another generation.
        case wrongGeneration
        /// No transaction is open, or one is.
        case wrongState
        /// The wanted offset is not in the log.
        case outOfRange
    }

    private struct Entry {
        var record: Record?
        /// The transaction that wrote it, or nil.
        var transaction: Int?
    }

    private struct Partition {
        var start: Int64 = 0
        var entries: [Entry] = []
        var end: Int64 { start + Int64(entries.count) }
    }

    fileprivate enum State { case open, committed, aborted }

    private var topics: [String: [Partition]] = [:]
    private var transactions: [State] = []
    private var offsets: [String: Committed] = [:]
    private var epochs: [String: Int] = [:]
    private var generations: [String: Int] = [:]

    /// An empty cluster.
    public init() {}

    // MARK: Topics

    /// Makes a topic, or gives it more partitions.
    public func createTopic(_ name: String, partitions: Int) {
        topics[name, default: []] += [Partition](repeating: Partition(), count: partitions - partitionCount(name))
    }

    /// How many partitions it has; 0: there is no such topic.
    public func partitionCount(_ topic: String) -> Int { topics[topic]?.count ?? 0 }

    /// Deletes a topic with all that it holds.
    public func deleteTopic(_ name: String) { topics[name] = nil }

    /// Deletes what stands before an offset, as retention does.
    public func trim(_ topic: String, _ partition: Int32, before offset: Int64) {
        change(topic, partition) { found in
            let count = Int(max(0, min(offset, found.end) - found.start))
            found.entries.removeFirst(count)
            found.start += Int64(count)
        }
    }

    /// Writes a record outside any transaction; answers its offset.
    @discardableResult
    public func append(_ record: Record, to topic: String, _ partition: Int32) -> Int64 {
        let offset = end(topic, partition)
        change(topic, partition) { $0.entries.append(Entry(record: record, transaction: nil)) }
        return offset
    }

    /// Writes a value outside any transaction.
    @discardableResult
    public func append(value: [UInt8]?, to topic: String, _ partition: Int32) -> Int64 {
        append(Record(value: value), to: topic, partition)
    }

    private func change(_ topic: String, _ partition: Int32, _ body: (inout Partition) -> Void) {
        precondition(has(topic, partition), "no partition \(partition) of \(topic)")
        body(&topics[topic]![Int(partition)])
    }

    private func has(_ topic: String, _ partition: Int32) -> Bool {
        partition >= 0 && Int(partition) < partitionCount(topic)
    }

    // MARK: Reading

    /// The first offset.
    public func start(_ topic: String, _ partition: Int32) -> Int64 { topics[topic]![Int(partition)].start }

    /// The offset behind the last entry, whatever became of it.
    public func end(_ topic: String, _ partition: Int32) -> Int64 { topics[topic]![Int(partition)].end }

    /// Where a reader of committed records must stop: the first entry of an open transaction, else the end.
    public func stableEnd(_ topic: String, _ partition: Int32) -> Int64 {
        let found = topics[topic]![Int(partition)]
        let open = found.entries.firstIndex { $0.transaction.map { transactions[$0] == .open } ?? false }
        return open.map { found.start + Int64($0) } ?? found.end
    }

    /// Committed records from an offset on, at most `limit`, and the offset at which to read on.
    public func read(
        _ topic: String, _ partition: Int32, from offset: Int64, limit: Int = .max
    ) throws(Refusal) -> (records: [(offset: Int64, record: Record)], next: Int64) {
        guard has(topic, partition) else { throw .unknownPartition }
        let found = topics[topic]![Int(partition)]
        let stable = stableEnd(topic, partition)
        guard offset >= found.start, offset <= found.end else { throw .outOfRange }
        var records: [(offset: Int64, record: Record)] = []
        var next = offset
        while next < stable, records.count < limit {
            let entry = found.entries[Int(next - found.start)]
            if let record = entry.record, entry.transaction.map({ transactions[$0] == .committed }) ?? true {
                records.append((next, record))
            }
            next += 1
        }
        return (records, next)
    }

    // MARK: Groups

    /// What a group has committed.
    public func committed(_ group: String, _ topic: String, _ partition: Int32) -> Committed? {
        offsets["\(group)/\(topic)/\(partition)"]
    }

    /// Sets or deletes what a group has committed, as a tool does.
    public func setCommitted(_ committed: Committed?, _ group: String, _ topic: String, _ partition: Int32) {
        offsets["\(group)/\(topic)/\(partition)"] = committed
    }

    /// Deletes what a group has committed; false where that is nothing.
    public func deleteGroup(_ group: String) -> Bool {
        let found = offsets.keys.filter { $0.hasPrefix("\(group)/") }
        for key in found { offsets[key] = nil }
        return !found.isEmpty
    }

    /// The group's generation.
    public func generation(of group: String) -> Int { generations[group, default: 0] }

    /// A rebalance: members of earlier generations are fenced.
    @discardableResult
    public func rebalance(_ group: String) -> Int {
        generations[group, default: 0] += 1
        return generation(of: group)
    }

    // MARK: Transactions

    /// A producer with a transactional id, of one epoch.
    public final class Producer {
        private let log: InMemoryLog
        private let id: String
        private let epoch: Int
        private var transaction: Int?
        private var written: [(topic: String, partition: Int32)] = []
        private var pending: [String: Committed] = [:]

        fileprivate init(_ log: InMemoryLog, _ id: String, _ epoch: Int) {
            self.log = log
            self.id = id
            self.epoch = epoch
        }

        private func check(isOpen: Bool) throws(Refusal) {
            guard log.epochs[id] == epoch else { throw .fenced }
            guard (transaction != nil) == isOpen else { throw .wrongState }
        }

        /// Opens a transaction.
        public func begin() throws(Refusal) {
            try check(isOpen: false)
            log.transactions.append(.open)
            transaction = log.transactions.count - 1
        }

        /// Writes a record into the open transaction; answers its offset.
        @discardableResult
        public func produce(_ record: Record, to topic: String, _ partition: Int32) throws(Refusal) -> Int64 {
            try check(isOpen: true)
            guard log.has(topic, partition) else { throw .unknownPartition }
            let offset = log.end(topic, partition)
            let transaction = self.transaction
            log.change(topic, partition) { $0.entries.append(Entry(record: record, transaction: transaction)) }
            if !written.contains(where: { $0 == (topic, partition) }) { written.append((topic, partition)) }
            return offset
        }

        /// Makes offsets of a group part of the open transaction.
        public func sendOffsets(
            _ offsets: [(topic: String, partition: Int32, committed: Committed)], group: String, generation: Int
        ) throws(Refusal) {
            try check(isOpen: true)
            guard log.generation(of: group) == generation else { throw .wrongGeneration }
            for (topic, partition, committed) in offsets { pending["\(group)/\(topic)/\(partition)"] = committed }
        }

        /// Ends the open transaction: everything of it becomes visible.
        public func commit() throws(Refusal) {
            try check(isOpen: true)
            log.offsets.merge(pending) { $1 }
            end(.committed)
        }

        /// Ends the open transaction: nothing of it becomes visible.
        public func abort() throws(Refusal) {
            try check(isOpen: true)
            end(.aborted)
        }

        fileprivate func end(_ state: State) {
            guard let transaction else { return }
            log.transactions[transaction] = state
            for (topic, partition) in written {
                log.change(topic, partition) { $0.entries.append(Entry(record: nil, transaction: nil)) }
            }
            self.transaction = nil
            written = []
            pending = [:]
        }
    }

    private var producers: [String: Producer] = [:]

    /// Takes a transactional id over: fences its former holder and aborts what that one left open.
    public func producer(_ id: String) -> Producer {
        producers[id]?.end(.aborted)
        epochs[id, default: 0] += 1
        let made = Producer(self, id, epochs[id]!)
        producers[id] = made
        return made
    }
}
