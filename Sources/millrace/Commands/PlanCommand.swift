import Console
import OnlineLearning
import Text
import Topology

/// `millrace plan`: what a topology will read, write, learn and take, without looking at a broker.
enum PlanCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let plan = try invocation.topology(invocation.operands[0])
        let memory = ProcessMemory(
            tasks: invocation.integer("partitions") ?? 1, perTask: plan.pipeline.memory,
            largestState: plan.pipeline.memory)
        if invocation.has("json") {
            let entries = lines(plan, memory).map { ($0.0, JSON.text($0.1)) }
            Terminal.print(
                JSON.object(entries + [("memory_bytes", .integer(Int64(memory.bytes)))]).pretty)
            return .done
        }
        let style = Style.output
        for (head, text) in lines(plan, memory) {
            let gap = String(repeating: " ", count: 10 - head.count)
            let rows = Picture.wrapped(Printable.text(text), columns: max(40, Terminal.size.columns - 10), indent: 0)
            Terminal.print(style.bold(head) + gap + rows.joined(separator: "\n" + String(repeating: " ", count: 10)))
        }
        return .done
    }

    private static func lines(_ plan: TopologyPlan, _ memory: ProcessMemory) -> [(String, String)] {
        let pipeline = plan.pipeline
        let models = pipeline.models.enumerated().map { index, model in
            "\(model.name): \(model.component.canonicalText)\(index == 0 ? " (answers)" : "")"
        }
        let drift = pipeline.drift.map {
            "\($0.detector.canonicalText) on \($0.signal.text), then \($0.action.canonicalText)"
        }
        let topics = [plan.outputTopic] + SideTopic.written(by: plan).map { $0.name(of: plan.name) }
        return [
            ("topology", plan.name),
            ("reads", plan.inputTopic.isEmpty ? "no topic: `evaluate` only" : plan.inputTopic),
            ("writes", topics.joined(separator: ", ") + ": each with the input's partitions"),
            ("features", "\(pipeline.schema.features.count)"),
            ("learns", models.isEmpty ? "nothing" : models.joined(separator: "; ") + "; once in each partition"),
            ("chooses", pipeline.models.count > 1 ? "select: \(pipeline.select.rawValue)" : "nothing"),
            ("watches", drift.isEmpty ? "nothing" : drift.joined(separator: "; ")),
            ("commits", "every \(plan.commitInterval), \(plan.guarantee.rawValue)"),
            ("memory", memory.text),
        ]
    }
}

extension PlanCommand: ProgramCommand {
    static let command = Command(
        "plan", "Say what a topology reads, writes, learns and takes",
        details: "Looks at the file alone; `doctor` looks at the broker too.",
        operands: .file,
        options: [
            Option("partitions", .integer(1...10_000), "Tasks that one process holds; 1 unless given"), .json, .set,
        ],
        examples: ["millrace plan topologies/fraud.yaml --partitions 4"])
}
