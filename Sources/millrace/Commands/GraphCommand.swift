import Console
import OnlineLearning
import Topology

/// `millrace graph`: a topology as a Mermaid diagram, for pages that draw them (GitHub and GitLab do).
enum GraphCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        Terminal.print(text(try invocation.topology(invocation.operands[0])), terminator: "")
        return .done
    }

    /// Topics are cylinders, what learns is a box; the champion is bound by a thick arrow, challengers by a dotted one.
    static func text(_ plan: TopologyPlan) -> String {
        let pipeline = plan.pipeline
        var lines = ["flowchart LR"]
        func node(_ id: String, _ text: String, _ open: String = "[", _ close: String = "]") {
            lines.append("    \(id)\(open)\"\(escaped(text))\"\(close)")
        }
        node("input", plan.inputTopic.isEmpty ? "a file" : plan.inputTopic, "[(", ")]")
        node("features", "\(pipeline.schema.features.count) features")
        lines.append("    input --> features")
        if let labels = plan.labels {
            node("labels", labels.topic.isEmpty ? "a file of labels" : labels.topic, "[(", ")]")
            node("join", "events wait for their label")
            lines.append("    features --> join")
            lines.append("    labels --> join")
        }
        for (index, model) in pipeline.models.enumerated() {
            node("model\(index)", "\(model.name): \(model.component.name)")
            lines.append("    features --> model\(index)")
            if plan.labels != nil { lines.append("    join -->|learned| model\(index)") }
        }
        node("output", plan.outputTopic, "[(", ")]")
        for index in pipeline.models.indices {
            lines.append("    model\(index) \(index == 0 ? "==>|answers|" : "-.->|learns along|") output")
        }
        for (index, drift) in pipeline.drift.enumerated() {
            node("drift\(index)", "\(drift.detector.name) watches \(drift.signal.text)", "{{", "}}")
            var watched = pipeline.models.isEmpty ? "features" : "model0"
            if case .feature = drift.signal { watched = "features" }
            lines.append("    \(watched) --> drift\(index)")
            node("action\(index)", drift.action.name)
            lines.append("    drift\(index) --> action\(index)")
        }
        for (index, topic) in SideTopic.written(by: plan).enumerated() {
            node("side\(index)", topic.name(of: plan.name), "[(", ")]")
            lines.append("    \(source(of: topic, plan)) --> side\(index)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func source(of topic: SideTopic, _ plan: TopologyPlan) -> String {
        let hasDrift = !plan.pipeline.drift.isEmpty
        switch topic {
        case .deadLetters: return "input"
        case .drift: return hasDrift ? "drift0" : "features"
        case .decisions: return hasDrift ? "action0" : "features"
        default: return plan.pipeline.models.isEmpty ? "features" : "model0"
        }
    }

    /// Mermaid takes entities within quotes.
    private static func escaped(_ text: String) -> String {
        Printable.text(text).reduce(into: "") { escaped, character in
            switch character {
            case "\"": escaped += "#quot;"
            case "<": escaped += "#lt;"
            case ">": escaped += "#gt;"
            case "#": escaped += "#35;"
            default: escaped.append(character)
            }
        }
    }
}

extension GraphCommand: ProgramCommand {
    static let command = Command(
        "graph", "Draw a topology as a Mermaid diagram",
        details: "Looks at the file alone. GitHub, GitLab and many wikis draw what stands within a block of `mermaid`.",
        operands: .file, options: [.set], examples: ["millrace graph topologies/fraud.yaml"])
}
