import Console
import Engine
import OnlineLearning
import Text
import Topology

/// `millrace plan`: what a topology will read, write, learn and take, and what a restart would do with what is stored.
enum PlanCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let plan = try invocation.topology(invocation.operands[0])
        let memory = ProcessMemory(
            tasks: invocation.integer("partitions") ?? 1, perTask: plan.memoryOfTask,
            largestState: plan.memoryOfTask, inputs: plan.labels == nil ? 1 : 2)
        let restart = try restart(invocation, plan)
        if invocation.has("json") {
            let entries = lines(plan, memory).map { ($0.0, JSON.text($0.1)) }
            Terminal.print(
                JSON.object(entries + [("memory_bytes", .integer(Int64(memory.bytes))), ("restart", restart.json)])
                    .pretty)
            return restart.code
        }
        let style = Style.output
        for (head, text) in lines(plan, memory) + restart.lines {
            let gap = String(repeating: " ", count: 10 - head.count)
            let rows = Picture.wrapped(Printable.text(text), columns: max(40, Terminal.size.columns - 10), indent: 0)
            Terminal.print(style.bold(head) + gap + rows.joined(separator: "\n" + String(repeating: " ", count: 10)))
        }
        return restart.code
    }

    /// What a restart would do: against another file, or against what is stored on the brokers.
    private static func restart(
        _ invocation: Invocation, _ plan: TopologyPlan
    ) throws -> (lines: [(String, String)], json: JSON, code: ExitCode) {
        if let path = invocation.text("from") {
            let change = TopologyChange(from: try invocation.topology(path), to: plan)
            return (
                RestartText.grouped(change), ["components": RestartText.json(change)],
                change.refusals.isEmpty ? .done : .findings
            )
        }
        guard !plan.inputTopic.isEmpty else { return ([], .null, .done) }
        do throws(EngineError) {
            let forecast = try RestartForecast(plan, patience: .seconds(invocation.integer("wait") ?? 3))
            let text = RestartText(forecast: forecast)
            return (text.lines, text.json, forecast.isRefused ? .findings : .done)
        } catch { return ([("restart", "not known: \(error.message)")], .null, .done) }
    }

    private static func tuning(_ plan: TuningPlan) -> String {
        "\(plan.model): \(plan.challengers) challengers learn beside it, each with one parameter changed, so that it costs "
            + "\(plan.challengers + 1) times its time and memory"
    }

    private static func lessons(_ count: Int) -> String {
        count == 0
            ? "nothing that was learned"
            : "the last \(count) lessons of each partition for `replay`: of a change that is older it learns only those"
    }

    private static func lines(_ plan: TopologyPlan, _ memory: ProcessMemory) -> [(String, String)] {
        let pipeline = plan.pipeline
        let models = pipeline.models.enumerated().map { index, model in
            model.isTuned
                ? model.name
                : "\(model.name): \(model.component.canonicalText)\(index == 0 ? " (answers)" : "")"
        }
        let drift = pipeline.drift.map {
            "\($0.detector.canonicalText) on \($0.signal.text), then \($0.action.canonicalText)"
                + ($0.approval == nil ? "" : " once it is approved")
        }
        let topics = [plan.outputTopic] + SideTopic.written(by: plan).map { $0.name(of: plan.name) }
        return [
            ("topology", plan.name),
            ("reads", plan.inputTopic.isEmpty ? "no topic: `evaluate` only" : plan.inputTopic),
            ("writes", topics.joined(separator: ", ") + ": each with the input's partitions"),
            ("features", "\(pipeline.schema.features.count)"),
            ("learns", models.isEmpty ? "nothing" : models.joined(separator: "; ") + "; once in each partition"),
            ("chooses", pipeline.models.count > 1 ? "select: \(pipeline.select.rawValue)" : "nothing"),
            ("tunes", pipeline.tune.map(tuning) ?? "nothing"),
            ("watches", drift.isEmpty ? "nothing" : drift.joined(separator: "; ")),
            ("keeps", lessons(pipeline.keptLessons)),
            ("stops", pipeline.quarantine.map { "learning: \($0.text)" } ?? "learning by nothing"),
            ("commits", "every \(plan.commitInterval), \(plan.guarantee.rawValue)"),
            ("memory", memory.text),
        ]
    }
}

extension PlanCommand: ProgramCommand {
    static let command = Command(
        "plan", "Say what a topology reads, writes, learns and takes",
        details: """
            Where a broker answers it also says, per component, what a restart of the topology would do with what is stored: \
            kept, hot (a parameter changes and what was learned goes on), cold (begins anew), new, removed, or refused and \
            why; the topics that would be created, bytes a day, and how much a crash would replay. It ends with 1 where \
            `run` would refuse. With --from it compares two files and asks no broker.
            """,
        operands: .file,
        options: [
            Option("partitions", .integer(1...10_000), "Tasks that one process holds; 1 unless given"),
            Option("from", .file, "The topology as it was: what would become of its state"),
            Option("wait", .integer(1...3600), "How many seconds to wait for a broker; 3 unless given"), .json, .set,
        ],
        examples: ["millrace plan topologies/fraud.yaml --partitions 4", "millrace plan new.yaml --from old.yaml"])
}
