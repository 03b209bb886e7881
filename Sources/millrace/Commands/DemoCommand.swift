import Console
import ControlPlane
import Engine
import EventFormats
import Foundation
import KafkaClient
import StreamGenerators
import Topology

/// `millrace demo`: mock cluster, fraud stream, engine and a live view in one process.
enum DemoCommand {
    /// Events before the first change of the fraud pattern, and between two: at 1,000 a second after 25 s, then every 45 s,
    /// which leaves time to see that all is well again.
    private static let firstChange = 25_000, patternLength = 45_000

    static func run(_ invocation: Invocation) throws -> ExitCode {
        let cluster = try MockCluster(brokers: 1)
        defer { cluster.close() }
        let topology = try topology(cluster.bootstrap)
        for topic in [topology.inputTopic, topology.outputTopic]
            + SideTopic.written(by: topology).map({ $0.name(of: topology.name) })
        {
            try cluster.createTopic(topic, partitions: 1)
        }
        var settings = EngineSettings(topology: topology, instance: "demo")
        settings.isMock = true
        let view = DemoView(topology, isPlain: invocation.has("plain") || !Terminal.outputMovesCursor)
        view.introduce(cluster.bootstrap)
        let process = EngineProcess([settings]) {}
        let plane = try ControlPlane.forDemo(invocation, process.runners)
        if let plane { view.announce("http://\(plane.address)/") }
        let feeder = DemoFeeder(
            bootstrap: cluster.bootstrap, topic: topology.inputTopic, rate: invocation.integer("rate") ?? 1000,
            firstChange: firstChange, patternLength: patternLength)
        let signals = StopOnSignal { process.stop() }
        defer { withExtendedLifetime((plane, signals)) {} }
        let engine = BackgroundWork("engine") { try process.run() }
        let feeding = BackgroundWork("feeder") { try feeder.run() }
        // The demo quits at the user's word or its time: librdkafka's own lines about that would only confuse.
        Log.level = max(Log.level, .warning)
        view.watch(process.runners[0], seconds: invocation.integer("seconds")) { engine.isDone || feeding.isDone }
        feeder.stop()
        process.stop()
        try feeding.wait()
        try engine.wait()
        view.conclude()
        return .done
    }

    /// The topology of `topologies/fraud.yaml`, pointed at the mock cluster.
    ///
    /// The mock does not isolate transactions, so predictions go out at once: `at_least_once`.
    private static func topology(_ bootstrap: String) throws -> TopologyPlan {
        let (plan, findings) = TopologyFile.check(
            text: DemoTopology.text, file: "topologies/fraud.yaml", environment: ["KAFKA_BOOTSTRAP": bootstrap],
            overrides: [(path: "guarantee", value: "at_least_once")])
        guard let plan else { throw CommandFailure(.software, findings.map { $0.description }.joined(separator: "\n")) }
        return plan
    }
}

/// Feeds the fraud stream to the mock cluster at a steady rate until it is told to stop.
final class DemoFeeder: Sendable {
    private let bootstrap: String
    private let topic: String
    private let rate: Int
    private let firstChange: Int
    private let patternLength: Int
    private let stopping = Flag()

    init(bootstrap: String, topic: String, rate: Int, firstChange: Int, patternLength: Int) {
        self.bootstrap = bootstrap
        self.topic = topic
        self.rate = rate
        self.firstChange = firstChange
        self.patternLength = patternLength
    }

    func stop() { stopping.raise() }

    func run() throws {
        let writer = try TopicWriter(KafkaConfiguration(bootstrap: bootstrap), topic: topic, partitions: nil)
        let positions = (0..<100).map { "\(firstChange + $0 * patternLength)" }.joined(separator: ",")
        let source = GeneratedRecords(
            try StreamCatalog.make("fraud", parameters: ["positions": positions]), count: .max)
        let pace = Pace(perSecond: Double(rate))
        var count = 0
        while !stopping.isRaised {
            // A machine that slept does not get all it missed at once.
            let due = min(pace.due(after: count), rate)
            for _ in 0..<due {
                guard let record = source.next()?.value else { return }
                try writer.write(record)
            }
            count += due
            try writer.send()
            pace.wait(after: count)
        }
        try writer.finish()
    }
}

extension DemoCommand: ProgramCommand {
    static let command = Command(
        "demo", "Show everything without a broker",
        details: """
            Starts librdkafka's mock cluster in this process, feeds it a stream of card payments whose fraud pattern \
            drifts, runs the engine on it, and shows what it learns: here and on a page for the browser, whose address is \
            the last line before the picture. Other processes can read the topics while it runs.
            """,
        options: [
            Option("seconds", .integer(1...86_400), "Stop after that long; else at Ctrl-C"),
            Option("rate", .integer(1...1_000_000), "Events per second, 1000 unless given"),
            Option("plain", .flag, "Print lines instead of the live view"),
            Option(
                "http", .text("HOST:PORT"), "Serve the page there; 127.0.0.1:8080 or the next free port unless given"),
            .httpToken,
        ], examples: ["millrace demo", "millrace demo --seconds 20 --plain"])
}
