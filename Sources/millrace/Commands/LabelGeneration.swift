import Console
import Engine
import EventFormats
import KafkaClient
import StreamGenerators
import Text
import Topology

/// `millrace generate` with labels in a topic or a file of their own: events and labels in one order of their times.
struct LabelGeneration {
    private let invocation: Invocation
    private let name: String
    private let seed: UInt64
    private let count: Int
    private let delay: ClosedRange<Int64>

    /// Nil: nothing of the kind is asked for.
    init?(_ invocation: Invocation) throws {
        guard ["label-topic", "labels", "label-delay"].contains(where: { invocation.has($0) }) else { return nil }
        func wrong(_ text: String) -> CommandFailure { CommandFailure(.usage, "millrace: \(text)") }
        guard !invocation.has("input"), let name = invocation.operands.first else {
            throw wrong("labels of their own are generated with a STREAM, not with `--input`")
        }
        guard invocation.has("topic") == invocation.has("label-topic"),
            invocation.has("output") == invocation.has("labels")
        else { throw wrong("give `--topic` with `--label-topic`, or `--output` with `--labels`") }
        guard invocation.has("topic") != invocation.has("output") else {
            throw wrong("`--topic` and `--output` exclude each other")
        }
        if invocation.has("format") {
            throw wrong("events and labels of their own are written as JSON: leave `--format` out")
        }
        let text = invocation.text("label-delay") ?? "1d"
        guard let range = DelayRange(text) else {
            throw wrong("`--label-delay \(text)`: give a time, such as 2d, or a range, such as 1d..7d")
        }
        self.invocation = invocation
        self.name = name
        seed = UInt64(invocation.integer("seed") ?? 1)
        count = invocation.integer("events") ?? 1000
        delay = range.milliseconds
    }

    func run() throws -> ExitCode {
        let pace = Pace(perSecond: try invocation.text("rate").map { try Pace.perSecond($0) })
        if let topic = invocation.text("topic"), let labelTopic = invocation.text("label-topic") {
            let configuration = KafkaConfiguration(bootstrap: invocation.bootstrap)
            let partitions = invocation.integer("partitions")
            let events = try TopicWriter(configuration, topic: topic, partitions: partitions)
            let labels = try TopicWriter(configuration, topic: labelTopic, partitions: events.partitionCount)
            let written = try write(
                pace, event: { try events.write($0, row: $1) }, label: { try labels.write($0, row: $1) },
                pause: {
                    try events.send()
                    try labels.send()
                })
            try events.finish()
            try labels.finish()
            Terminal.printError(
                "\(Numbers.grouped(written.events)) records in \(topic), \(Numbers.grouped(written.labels)) in \(labelTopic)"
            )
        } else {
            let events = try Lines(invocation.text("output") ?? "-"),
                labels = try Lines(invocation.text("labels") ?? "-")
            _ = try write(
                pace, event: { bytes, _ in try events.write(bytes) }, label: { bytes, _ in try labels.write(bytes) },
                pause: {
                    try events.flush()
                    try labels.flush()
                })
            try events.close()
            try labels.close()
        }
        return .done
    }

    private func stream() throws -> any EventStream {
        let parameters = try GenerateCommand.parameters(invocation)
        do throws(StreamError) {
            return try StreamCatalog.make(name, seed: seed, parameters: parameters)
        } catch { throw CommandFailure(.usage, "millrace: \(error.message)") }
    }

    private func write(
        _ pace: Pace, event: (UnsafeRawBufferPointer, Int) throws -> Void,
        label: (UnsafeRawBufferPointer, Int) throws -> Void, pause: () throws -> Void
    ) throws -> (events: Int, labels: Int) {
        var events = EventSerializer(try stream(), format: .json, withLabels: false)
        var labels = LabelSerializer(try stream(), format: .json, delay: delay, seed: seed, count: count)
        let progress = Progress("generate")
        var bytes: [UInt8] = []
        var known = 0
        func writeLabels(upTo time: Int64) throws {
            while true {
                bytes.removeAll(keepingCapacity: true)
                guard let (row, _) = labels.writeNext(into: &bytes, upTo: time) else { return }
                try bytes.withUnsafeBytes { try label($0, row) }
                known += 1
            }
        }
        while events.row < count {
            for _ in 0..<min(pace.due(after: events.row), count - events.row) {
                var line: [UInt8] = []
                let row = events.row
                let time = events.writeNext(into: &line)
                // A label of the same time comes after its event.
                try writeLabels(upTo: time - 1)
                try line.withUnsafeBytes { try event($0, row) }
                if row & 1023 == 0 { progress.update(row) }
            }
            try pause()
            pace.wait(after: events.row)
        }
        try writeLabels(upTo: .max)
        try pause()
        progress.finish(count)
        return (count, known)
    }
}

/// Records as lines of a file.
private final class Lines {
    private let file: OutputFile
    private let arena = ByteArena(capacity: 1 << 17)

    init(_ path: String) throws { file = try OutputFile(path) }

    func write(_ record: UnsafeRawBufferPointer) throws {
        arena.append(record)
        arena.append(0x0a)
        if arena.count > 1 << 16 { try flush() }
    }

    func flush() throws {
        try file.write(arena.bytes)
        arena.reset()
    }

    func close() throws {
        try flush()
        try file.close()
    }
}
