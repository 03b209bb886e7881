public import OnlineLearning
import Text

/// Writes prediction records as JSON.
///
/// `{"id":…,"prediction":…,"probabilities":{…},"model":…,"version":…,"topology":…,"event_time":…,"source":…,"drift":…}`,
/// fields only where they apply, and with reasons what `ReasonWriter` writes. Classes are written as they are spelled in the class table: numbers, true and false bare, other
/// text quoted. Doubles stand in their shortest form that reads back the same.
///
/// Cost: about 150 ns a record; no allocation but for room in the arena and for a class seen first. Not thread-safe.
public final class PredictionWriter {
    private let classes: ClassTable
    private let reasons: ReasonWriter?
    private let models: Fragments
    private let classNames = Fragments()
    private let classKeys = Fragments()
    /// `"topic-`, escaped and without the closing quote.
    private let topic = ByteArena(capacity: 256)
    /// The same and the last partition: `"topic-3-`.
    private let source = ByteArena(capacity: 256)
    private var partition: Int32 = 0
    /// `,"topology":"name"`, or nothing.
    private let topology = ByteArena(capacity: 64)

    /// - Parameters:
    ///   - modelNames: in the order of the plan's models, which `Prediction.model` counts.
    ///   - classes: the task's table, which may still grow.
    ///   - topic: the input topic.
    ///   - topology: the topology's name where each record says it, else nil.
    ///   - reasons: where answers are published with their reasons, else nil.
    public init(
        modelNames: [String], classes: ClassTable, topic: String, topology: String? = nil, reasons: ReasonWriter? = nil
    ) {
        self.classes = classes
        self.reasons = reasons
        models = Fragments()
        for name in modelNames {
            models.add { arena in
                arena.append(",\"model\":")
                arena.append(quoted: name)
                arena.append(",\"version\":")
            }
        }
        if let topology {
            self.topology.append(",\"topology\":")
            self.topology.append(quoted: topology)
        }
        self.topic.append(0x22)
        var topic = topic
        topic.withUTF8 { self.topic.append(escaped: UnsafeRawBufferPointer($0)) }
        self.topic.append(0x2d)
        setPartition(0)
    }

    /// Reads the classes' spellings again: call it after a snapshot was read into the class table.
    public func invalidate() {
        classNames.removeAll()
        classKeys.removeAll()
    }

    /// Adds one record to `arena`, without a line end.
    ///
    /// - Parameters:
    ///   - id: the event's id, or empty: `key` stands for it, and where that is empty too, `topic-partition-offset`.
    ///   - key: the Kafka key; bytes that are not UTF-8 become U+FFFD.
    ///   - eventTime: milliseconds since 1970, or `Int64.min`: left out.
    ///   - partition: of the input topic.
    ///   - offset: of the event in that partition.
    public func write(
        _ prediction: Prediction, id: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), eventTime: Int64, partition: Int32,
        offset: Int64, into arena: ByteArena
    ) {
        if classNames.count < classes.count { learnClasses() }
        if partition != self.partition { setPartition(partition) }
        // Written once, and copied where it stands for the id too.
        var written = 0..<0
        arena.append("{\"id\":")
        if id.count > 0 {
            arena.append(quoted: id)
        } else if key.count > 0 {
            arena.append(quoted: key)
        } else {
            written = writeSource(offset, into: arena)
        }
        let predicted = Int(prediction.classIndex)
        if predicted >= 0, predicted < classNames.count {
            arena.append(",\"prediction\":")
            arena.append(classNames[predicted])
        } else if prediction.value.isFinite {
            arena.append(",\"prediction\":")
            arena.append(number: prediction.value)
        }
        let shown = min(prediction.probabilities.count, classKeys.count)
        if shown > 0 {
            arena.append(",\"probabilities\":{")
            for index in 0..<shown {
                if index > 0 { arena.append(0x2c) }
                arena.append(classKeys[index])
                arena.append(number: prediction.probabilities[index])
            }
            arena.append(0x7d)
        }
        if prediction.model >= 0, prediction.model < models.count {
            arena.append(models[prediction.model])
            arena.append(integer: Int64(prediction.version))
        }
        arena.append(topology.bytes)
        if eventTime != .min {
            arena.append(",\"event_time\":")
            arena.append(integer: eventTime)
        }
        arena.append(",\"source\":")
        if written.isEmpty { _ = writeSource(offset, into: arena) } else { arena.repeatBytes(written) }
        if prediction.reasons.count > 0 { reasons?.write(prediction, into: arena) }
        switch prediction.drift {
        case .none, .improvement: arena.append(0x7d)
        case .warning: arena.append(",\"drift\":\"warning\"}")
        case .drift: arena.append(",\"drift\":\"drift\"}")
        }
    }

    @inline(__always)
    private func writeSource(_ offset: Int64, into arena: ByteArena) -> Range<Int> {
        let start = arena.count
        arena.append(source.bytes)
        arena.append(integer: offset)
        arena.append(0x22)
        return start..<arena.count
    }

    @inline(never)
    private func setPartition(_ partition: Int32) {
        self.partition = partition
        source.reset()
        source.append(topic.bytes)
        source.append(integer: Int64(partition))
        source.append(0x2d)
    }

    @inline(never)
    private func learnClasses() {
        for index in classNames.count..<classes.spellings.count {
            let spelling = classes.spellings[index]
            classNames.add { arena in
                if JSONText.isBare(spelling) {
                    arena.append(text: spelling)
                } else {
                    arena.append(quoted: spelling)
                }
            }
            classKeys.add { arena in
                arena.append(quoted: spelling)
                arena.append(0x3a)
            }
        }
    }
}

/// Pieces of text that are written again and again, one behind the other in memory.
private final class Fragments {
    private let text = ByteArena(capacity: 256)
    /// Where each piece ends in `text`, as 8-byte integers, after a first 0.
    private let ends = ByteArena(capacity: 256)

    init() { removeAll() }

    var count: Int { ends.count / 8 - 1 }

    func add(_ write: (ByteArena) -> Void) {
        write(text)
        withUnsafeBytes(of: text.count) { ends.append($0) }
    }

    func removeAll() {
        text.reset()
        ends.reset()
        withUnsafeBytes(of: 0) { ends.append($0) }
    }

    subscript(_ index: Int) -> UnsafeRawBufferPointer {
        let bounds = ends.pointer.assumingMemoryBound(to: Int.self) + index
        return UnsafeRawBufferPointer(start: text.pointer + bounds[0], count: bounds[1] - bounds[0])
    }
}
