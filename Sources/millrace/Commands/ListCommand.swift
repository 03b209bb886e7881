import Console
import OnlineLearning
import StreamGenerators
import Text

/// `millrace list`: names and one sentence each.
enum ListCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        let headings = invocation.operands.first.map { [$0] } ?? Listing.roles
        if invocation.has("json") {
            Terminal.print(JSON.array(headings.flatMap(entries).map { $0.json }).pretty)
            return .done
        }
        let style = Style.output
        let width = headings.flatMap(entries).map { $0.name.count }.max() ?? 0
        for (index, heading) in headings.enumerated() {
            if index > 0 { Terminal.print("") }
            Terminal.print(style.bold(heading))
            for entry in entries(heading) {
                let gap = String(repeating: " ", count: width - entry.name.count)
                Terminal.print("  \(style.cyan(entry.name))\(gap)  \(entry.summary)")
            }
        }
        return .done
    }

    private struct Entry {
        var name: String
        var kind: String
        var summary: String
        var json: JSON { ["name": .text(name), "kind": .text(kind), "summary": .text(summary)] }
    }

    private static func entries(_ heading: String) -> [Entry] {
        if heading == "streams" {
            return StreamCatalog.names.compactMap { StreamCatalog.describe($0) }.map {
                Entry(name: $0.name, kind: "stream", summary: $0.summary)
            }
        }
        return Listing.components(heading).map { Entry(name: $0.name, kind: $0.role.rawValue, summary: $0.summary) }
    }
}

extension ListCommand: ProgramCommand {
    static let command = Command(
        "list", "List models, transforms, detectors, actions and streams",
        operands: .optionalChoice("ROLE", Listing.roles), options: [.json])
}
