import Console
import OnlineLearning

/// `millrace describe`: everything the catalog knows of a component.
enum DescribeCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        let entries = Catalog.descriptions.filter { $0.name == invocation.operands[0] }
        if invocation.has("json") {
            let json = entries.count == 1 ? entries[0].json : .array(entries.map { $0.json })
            Terminal.print(json.text(isIndented: true))
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
            Terminal.print("  pipeline  \(entry.defaultPipeline.joined(separator: ", ")), where the topology states none")
        }
        guard !entry.parameters.isEmpty else { return Terminal.print("  no parameters") }
        Terminal.print("  parameters")
        for parameter in entry.parameters {
            Terminal.print("    \(style.cyan(parameter.name)): \(parameter.defaultText)  (\(parameter.rangeText))")
            Terminal.print("        \(parameter.summary)")
        }
    }
}
