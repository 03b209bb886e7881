import Foundation
import KafkaClient
import Testing

/// The electricity stream of `../shared/data`, its topology, and what is expected of a run.
struct Electricity {
    let name: String
    let topic: String
    let partitions: Int
    let topology: String
    let broker: Broker
    private let folder: String

    /// The file's rows as JSON records: numbers as they are spelled there.
    static let records: [[UInt8]] = {
        let text = try! String(contentsOf: Place.electricity, encoding: .utf8)
        let lines = text.split(separator: "\n")
        let names = lines[0].split(separator: ",")
        return lines.dropFirst().map { line in
            let values = line.split(separator: ",")
            return Array(("{" + zip(names, values).map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}").utf8)
        }
    }()

    static let models = """
        models:
          tree: hoeffding_tree
          linear: logistic_regression
        drift:
          - {detector: adwin, signal: error, action: alert}
        """

    /// Makes the topic and writes the topology's file.
    init(
        _ name: String, partitions: Int = 1, models: String = Electricity.models, extra: String = "",
        broker: Broker = .shared
    ) throws {
        self.name = name
        self.broker = broker
        self.partitions = partitions
        topic = "\(name)-input"
        let port = broker.bootstrap.split(separator: ":").last!
        folder = NSTemporaryDirectory() + "millrace-topology-\(getpid())-\(name)-\(port)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        topology = "\(folder)/\(name).yaml"
        let text = """
            name: \(name)
            kafka:
              bootstrap: \(broker.bootstrap)
            input:
              topic: \(topic)
              format: json
            features:
              period: numeric
              nswprice: numeric
              nswdemand: numeric
              vicprice: numeric
              vicdemand: numeric
              transfer: numeric
            label: {field: class, type: binary, classes: [0, 1]}
            \(models)
            \(extra)
            """
        try text.write(toFile: topology, atomically: true, encoding: .utf8)
        try broker.create(topic, partitions: partitions, config: [("max.message.bytes", "4000000")])
    }

    /// Row i goes to partition i modulo the partitions.
    func produceAll(from start: Int = 0, to end: Int = Electricity.records.count) throws {
        for partition in 0..<partitions {
            let rows = stride(from: start, to: end, by: 1).filter { $0 % partitions == partition }
            try broker.produce(rows.map { Electricity.records[$0] }, to: topic, partition: Int32(partition))
        }
    }

    /// Produces all rows at a steady pace from a thread of its own.
    func producePaced(seconds: Double, records: [[UInt8]] = Electricity.records) -> Thread {
        let topic = self.topic
        let partitions = self.partitions
        let broker = self.broker
        let thread = Thread {
            do {
                let producer = try broker.producer()
                let handle = try producer.topic(topic)
                let start = Date()
                for (row, record) in records.enumerated() {
                    try producer.produce(
                        value: record, key: nil, headers: [], to: handle, partition: Int32(row % partitions),
                        timeout: 10_000)
                    let ahead = seconds * Double(row) / Double(records.count) + start.timeIntervalSinceNow
                    if ahead > 0.005 { Thread.sleep(forTimeInterval: ahead) }
                }
                try producer.flush(timeout: 60_000)
                producer.close(timeout: 5000)
            } catch { Issue.record("producing: \(error)") }
        }
        thread.start()
        return thread
    }

    func run(_ more: [String] = [], environment: [String: String] = [:]) throws -> EngineProcess {
        try EngineProcess(["run", topology, "--instance", "a"] + more, environment: environment)
    }

    /// Runs to the end of what is there now.
    func runToEnd(_ more: [String] = []) throws {
        let engine = try run(["--stop-at-end"] + more)
        let status = engine.waitForExit(seconds: 180)
        #expect(
            status == 0, "the engine ended with \(status.map(String.init) ?? "nothing"): \(engine.errors.suffix(2000))")
    }

    /// Digests by partition, by `millrace state ls`.
    func digests() throws -> [Int: String] {
        let listed = try EngineProcess.run(["state", "ls", topology, "--json"])
        #expect(listed.status == 0, "\(listed.errors)")
        let objects = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as! [[String: Any]]
        return Dictionary(uniqueKeysWithValues: objects.map { ($0["partition"] as! Int, $0["digest"] as! String) })
    }

    /// Predictions by partition without what differs between two topics' names and times.
    func predictions() throws -> [[String]] {
        try (0..<Int32(partitions)).map { partition in
            try broker.read("\(name)-predictions", partition: partition).map { Self.comparable($0.text, topic) }
        }
    }

    static func comparable(_ text: String, _ topic: String) -> String {
        let text = text.replacingOccurrences(of: topic, with: "T")
        let parts = text.components(separatedBy: ",\"event_time\":")
        guard parts.count == 2 else { return text }
        return parts[0] + parts[1].drop { $0 == "-" || $0.isNumber }
    }

    /// Every input has one prediction, in order.
    func expectEachOnce(_ count: Int = Electricity.records.count) throws {
        for partition in 0..<partitions {
            let sources = try broker.read("\(name)-predictions", partition: Int32(partition)).map(\.source)
            let rows = (0..<count).filter { $0 % partitions == partition }.count
            // Offsets of a topic without transactions have no gaps.
            let difference = Self.firstDifference(sources, (0..<rows).map { "\(topic)-\(partition)-\($0)" })
            #expect(difference == nil)
        }
    }

    /// The same predictions, partition by partition.
    func expectSamePredictions(as other: Electricity) throws {
        for (mine, others) in zip(try predictions(), try other.predictions()) {
            #expect(Self.firstDifference(mine, others) == nil)
        }
    }

    /// Where two lists part, in words short enough for a report.
    private static func firstDifference(_ found: [String], _ wanted: [String]) -> String? {
        guard found != wanted else { return nil }
        let index = zip(found, wanted).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, wanted.count)
        func text(_ list: [String]) -> String { index < list.count ? list[index] : "nothing" }
        return "\(found.count) found, \(wanted.count) wanted; at \(index): \(text(found)) for \(text(wanted))"
    }
}
