import Console
import ControlPlane
import Engine
import Foundation
import Topology

/// `millrace run`: the engine.
enum RunCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        Log.isJSON = invocation.text("log") == "json"
        if let level = invocation.text("log-level").flatMap({ LogLevel(word: $0) }) { Log.level = level }
        let topologies = try invocation.operands.map { try invocation.topology($0) }
        let names = topologies.map { $0.name }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw CommandFailure(.usage, "millrace: two topologies are called \(twice)")
        }
        let findings = TopologyNeighbours.findings(topologies)
        if findings.contains(where: { $0.severity == .error }) { throw TopologyErrors(findings) }
        for finding in findings { Terminal.printError(Printable.text(finding.description)) }
        let environment = ProcessInfo.processInfo.environment
        let folder = invocation.text("state-dir") ?? "\(environment["HOME"] ?? ".")/.millrace"
        var identities: [InstanceIdentity] = []
        var settings: [EngineSettings] = []
        for topology in topologies {
            let identity = try InstanceIdentity(
                given: invocation.text("instance"), directory: "\(folder)/\(topology.name)", environment: environment)
            identities.append(identity)
            var setting = EngineSettings(
                topology: topology, instance: identity.name, workers: invocation.integer("workers") ?? 1)
            setting.stateFolder = stateFolder(folder, topology.name, identity.name)
            setting.createsTopics = !invocation.has("no-create-topics")
            setting.goesBack = invocation.has("go-back")
            setting.stopsAtEnd = invocation.has("stop-at-end")
            setting.followsTopics = invocation.has("http")
            settings.append(setting)
        }
        let process = EngineProcess(settings) { Terminal.printError("ready") }
        let plane = try ControlPlane.start(invocation, process.runners)
        let signals = StopOnSignal { process.stop() }
        defer { withExtendedLifetime((signals, plane, identities)) {} }
        for setting in settings {
            Log.info(
                "starting", ("topology", setting.topology.name), ("instance", setting.instance),
                ("bootstrap", setting.topology.bootstrap), ("guarantee", setting.topology.guarantee.rawValue))
        }
        let reporter = RunReporter(process.runners)
        defer { reporter.end() }
        try process.run()
        for runner in process.runners { Log.info("stopped", ("topology", runner.settings.topology.name)) }
        return .done
    }
}

extension RunCommand {
    /// Of this instance alone: its name may be anything.
    private static func stateFolder(_ folder: String, _ topology: String, _ instance: String) -> String {
        "\(folder)/\(topology)/store-" + SHA256.hex(Array(instance.utf8)).prefix(16)
    }
}

extension RunCommand: ProgramCommand {
    static let command = Command(
        "run", "Run topologies: read, predict, learn, publish, commit",
        details: """
            Prints `ready` on stderr once partitions are assigned and state is restored. SIGTERM and SIGINT finish the \
            batch, commit and end with code 0. Log lines on stderr tell of the first dead letters by code, drifts, \
            switches, rebalances and restores; on a terminal a line every ten seconds sums up. With four partitions there \
            are four tasks, each with models of its own that learn from its partition alone.
            """,
        operands: .files,
        options: [
            Option(
                "instance", .text("NAME"), "The name that survives restarts; else MILLRACE_INSTANCE or the state dir's"),
            Option(
                "state-dir", .file,
                "Where the instance's identity and events that wait on disk are kept; else ~/.millrace"),
            .http, .httpToken,
            Option("workers", short: "w", .integer(1...64), "Threads, each with its own consumer and producer"),
            Option("stop-at-end", .flag, "End at the end offsets seen at the start"),
            Option(
                "go-back", .flag, "Apply a file that is an earlier state of the topology, which else changes nothing"),
            Option("no-create-topics", .flag, "Name missing topics and end instead of creating them"),
            Option(
                "log", .choice(["text", "json"]), "How log lines on stderr are written; text (logfmt) unless given"),
            Option(
                "log-level", .choice(LogLevel.allCases.map { $0.word }), "The least that is logged; else MILLRACE_LOG's"
            ),
            .set,
        ],
        examples: ["millrace run topology.yaml", "millrace run fraud.yaml --instance a --workers 2 --http :8080"])
}
