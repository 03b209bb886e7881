import OnlineLearning

/// What one transaction of a task did, in its order: what a replay obeys. With one input its rows are not in it: such a
/// record says what was commanded before the row at `events`. Source: `protocol.md`, "What a
/// transaction holds", 2.
struct JournalRecord: Equatable, Sendable {
    /// One step. A replay decides nothing again.
    enum Entry: Equatable, Sendable {
        /// So many records of one input, one after the other, those that became dead letters included.
        case rows(RowOrder.Input, Int)
        /// Which events' time may run out from here on.
        case hold(LabelHold)
        /// The event time went on without rows.
        case tick(Int64)
        /// A record was buried unread because it had ended the process.
        case crashed(RowOrder.Input)
        /// An operator's command was obeyed.
        case control(ControlCommand)
        /// From here on another topology: its text.
        case reconfigure(String)
    }

    static let version: UInt8 = 1
    /// More than one transaction can hold.
    private static let maxEntries = 1 << 22

    /// The task's transaction.
    var sequence: UInt64
    /// The transaction of the record before this one; 0: there is none.
    var previous: UInt64
    /// The next offsets behind it; with one input, the next offset before it.
    var events: Int64
    var labels: Int64
    /// A hash of the offsets that were taken, in order.
    var offsets: UInt64
    var entries: [Entry]

    var encoded: [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Self.version)
        writer.write(sequence)
        writer.write(previous)
        writer.write(events)
        writer.write(labels)
        writer.write(offsets)
        writer.write(UInt32(entries.count))
        for entry in entries {
            switch entry {
            case .rows(let input, let count): Self.write(UInt64(count) << 3 | UInt64(input.rawValue), to: &writer)
            case .hold(.all): Self.write(2, to: &writer)
            case .hold(.none): Self.write(3, to: &writer)
            case .hold(.byLabels): Self.write(23, to: &writer)
            case .tick(let time):
                Self.write(4, to: &writer)
                writer.write(time)
            case .crashed(let input): Self.write(5 + UInt64(input.rawValue), to: &writer)
            case .control(let command):
                Self.write(7, to: &writer)
                command.write(to: &writer)
            case .reconfigure(let topology):
                Self.write(15, to: &writer)
                writer.write(topology)
            }
        }
        writer.write(writer.bytes.withUnsafeBytes { StableHash.of($0) })
        return writer.bytes
    }

    /// Seven bits a byte, the low ones first.
    private static func write(_ value: UInt64, to writer: inout SnapshotWriter) {
        var rest = value
        while rest >= 0x80 {
            writer.write(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writer.write(UInt8(rest))
    }

    private static func read(_ reader: inout SnapshotReader) throws(SnapshotError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            let byte = try reader.read(UInt8.self)
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw SnapshotError("a journal record has a number that is too long")
    }

    init(
        sequence: UInt64, previous: UInt64, events: Int64, labels: Int64, offsets: UInt64, entries: [Entry]
    ) {
        (self.sequence, self.previous, self.events, self.labels) = (sequence, previous, events, labels)
        (self.offsets, self.entries) = (offsets, entries)
    }

    /// Reads what `encoded` gave; trusts nothing.
    init(decoding bytes: [UInt8]) throws(SnapshotError) {
        let trailer = UInt64(littleEndian: bytes.suffix(8))
        guard bytes.count > 8, bytes.dropLast(8).withUnsafeBytes({ StableHash.of($0) }) == trailer else {
            throw SnapshotError("a journal record's checksum does not match")
        }
        var reader = SnapshotReader(bytes)
        let found = try reader.read(UInt8.self)
        guard found == Self.version else {
            throw SnapshotError("a journal record has format \(found), this build reads \(Self.version)")
        }
        sequence = try reader.read()
        previous = try reader.read()
        events = try reader.read()
        labels = try reader.read()
        offsets = try reader.read()
        entries = []
        let count = try reader.read(UInt32.self)
        guard count <= Self.maxEntries else { throw SnapshotError("a journal record has \(count) entries") }
        for _ in 0..<count {
            let word = try Self.read(&reader)
            let input = RowOrder.Input(rawValue: UInt8(word & 1))!
            switch word & 7 {
            case 0, 1: entries.append(.rows(input, Int(word >> 3)))
            case 2: entries.append(.hold(.all))
            case 3: entries.append(.hold(.none))
            case 4: entries.append(.tick(try reader.read()))
            case 5: entries.append(.crashed(.events))
            case 6: entries.append(.crashed(.labels))
            default:
                switch word {
                case 7: entries.append(.control(try ControlCommand(from: &reader)))
                case 15: entries.append(.reconfigure(try reader.readText()))
                case 23: entries.append(.hold(.byLabels))
                default: throw SnapshotError("a journal record has an entry that does not exist")
                }
            }
        }
    }
}

/// Collects what the transaction under way does.
struct Journal: Sendable {
    private(set) var entries: [JournalRecord.Entry] = []
    private var offsets: UInt64 = 0
    /// The transaction of the last record.
    private(set) var last: UInt64 = 0

    init(last: UInt64 = 0) { self.last = last }

    var isEmpty: Bool { entries.isEmpty }

    /// A record was taken.
    mutating func took(_ input: RowOrder.Input, _ offset: Int64) {
        offsets = Self.mix(offsets, input, offset)
        if case .rows(input, let count)? = entries.last {
            entries[entries.count - 1] = .rows(input, count + 1)
        } else {
            entries.append(.rows(input, 1))
        }
    }

    /// A record was buried unread.
    mutating func crashed(_ input: RowOrder.Input, _ offset: Int64) {
        offsets = Self.mix(offsets, input, offset)
        entries.append(.crashed(input))
    }

    mutating func note(_ entry: JournalRecord.Entry) { entries.append(entry) }

    static func mix(_ hash: UInt64, _ input: RowOrder.Input, _ offset: Int64) -> UInt64 {
        let mixed = (hash ^ (UInt64(bitPattern: offset) << 1 | UInt64(input.rawValue))) &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ (mixed >> 29)
    }

    /// Ends the transaction; nil: there was nothing to say.
    mutating func seal(sequence: UInt64, events: Int64, labels: Int64) -> [UInt8]? {
        guard !entries.isEmpty else { return nil }
        let record = JournalRecord(
            sequence: sequence, previous: last, events: events, labels: labels, offsets: offsets, entries: entries)
        last = sequence
        entries.removeAll(keepingCapacity: true)
        offsets = 0
        return record.encoded
    }
}
