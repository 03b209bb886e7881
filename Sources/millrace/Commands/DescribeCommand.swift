import Console
import OnlineLearning
import StreamGenerators
import Text

/// `millrace describe`: everything the catalog knows of a component.
enum DescribeCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        if let stream = StreamCatalog.describe(invocation.operands[0]) {
            if invocation.has("json") {
                Terminal.print(json(stream).pretty)
            } else {
                show(stream, .output)
            }
            return .done
        }
        let entries = Catalog.descriptions.filter { $0.name == invocation.operands[0] }
        if invocation.has("json") {
            let json = entries.count == 1 ? entries[0].json : .array(entries.map { $0.json })
            Terminal.print(json.pretty)
            return .done
        }
        for (index, entry) in entries.enumerated() {
            if index > 0 { Terminal.print("") }
            show(entry, .output)
        }
        return .done
    }

    private static func show(_ entry: ComponentDescription, _ style: Style) {
        Terminal.print("\(style.bold(entry.name)) (\(entry.role.rawValue)): \(entry.summary)")
        Terminal.print("  source    \(entry.source)")
        Terminal.print("  cost      \(entry.cost)")
        if !entry.defaultPipeline.isEmpty {
            Terminal.print(
                "  pipeline  \(entry.defaultPipeline.joined(separator: ", ")), where the topology states none")
        }
        guard !entry.parameters.isEmpty else { return Terminal.print("  no parameters") }
        Terminal.print("  parameters")
        for parameter in entry.parameters {
            Terminal.print("    \(style.cyan(parameter.name)): \(parameter.defaultText)  (\(parameter.rangeText))")
            Terminal.print("        \(parameter.summary)")
        }
    }

    private static func show(_ stream: StreamDescription, _ style: Style) {
        Terminal.print("\(style.bold(stream.name)) (stream): \(stream.summary)")
        Terminal.print("  source    \(stream.source)")
        Terminal.print("  parameters, by `generate --param NAME=VALUE`")
        for parameter in stream.parameters {
            let standard = parameter.defaultText.isEmpty ? "none" : parameter.defaultText
            Terminal.print("    \(style.cyan(parameter.name)): \(standard)")
            Terminal.print("        \(parameter.summary)")
        }
    }

    private static func json(_ stream: StreamDescription) -> JSON {
        [
            "name": .text(stream.name), "role": "stream", "summary": .text(stream.summary),
            "source": .text(stream.source),
            "parameters": .array(
                stream.parameters.map {
                    [
                        "name": .text($0.name), "default": .text($0.defaultText), "summary": .text($0.summary),
                        "minimum": .number($0.range.lowerBound), "maximum": .number($0.range.upperBound),
                    ]
                }),
        ]
    }
}

extension DescribeCommand: ProgramCommand {
    static let command = Command(
        "describe", "Describe a component: parameters, ranges, defaults, source, cost",
        operands: .choice("NAME", Listing.componentNames + Listing.streamNames), options: [.json],
        examples: ["millrace describe hoeffding_tree", "millrace describe sea --json"])
}
