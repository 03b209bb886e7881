import Console
import Engine
import EventFormats
import OnlineLearning
import Text
import Topology

/// `millrace models ls`: which models there are, and how good they are.
enum ModelsListCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        let records = try TopicRecords.newestMetrics(of: topology)
        var found: [Int64: PipelineReport] = [:]
        while let record = try records.next() {
            guard let value = record.value, let json = try? JSON(reading: value), let report = PipelineReport(json),
                let partition = json["partition"]?.whole
            else { continue }
            found[partition] = report
        }
        guard !found.isEmpty else {
            throw CommandFailure(
                .unavailable, "millrace: no process of '\(topology.name)' has said anything of its models so far")
        }
        let all = found.sorted { $0.key < $1.key }
        if invocation.has("json") {
            let list = all.map { partition, report in
                JSON.object([("partition", .integer(partition))] + report.members)
            }
            Terminal.print(JSON.array(list).pretty)
            return .done
        }
        for (partition, report) in all { for line in lines(partition, report) { Terminal.print(line) } }
        return .done
    }

    private static func lines(_ partition: Int64, _ report: PipelineReport) -> [String] {
        func metric(_ values: MetricValues) -> String {
            let found = values.first { $0.name == "accuracy" } ?? values.first { $0.name == "mae" }
            guard let found, let value = found.value else { return "" }
            return "\(found.name) \(NumberText.shortest((value * 10_000).rounded() / 10_000))"
        }
        let stopped = report.quarantine.map { $0.isOpen ? "; learning has stopped by itself" : "" } ?? ""
        return ["partition \(partition)  \(report.labelled) labelled of \(report.events) events\(stopped)"]
            + report.models.map { model in
                let isChampion = model.name == report.champion
                return
                    "  \(isChampion ? "answers " : "        ")\(Printable.text(model.name))  version \(model.version)  "
                    + (report.tuned[model.name].map { "\(Printable.text($0))  " } ?? "")
                    + "\(metric(model.cumulative)), of the last \(report.windowEvents) \(metric(model.windowed))"
            }
    }
}

extension ModelsListCommand: ProgramCommand {
    static let command = Command(
        "models ls", "List the models of every partition: which one answers, and how good each is",
        details: "From the newest records of NAME-metrics, at most ten seconds old where the topology runs.",
        operands: .file, options: [.json, .set], examples: ["millrace models ls topology.yaml"])
}
