import Console
import Topology

/// `millrace schema`: the JSON Schema that editors complete and check topologies with.
enum SchemaCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        Terminal.print(TopologySchema.json())
        return .done
    }
}

extension SchemaCommand: ProgramCommand {
    static let command = Command(
        "schema", "Print the JSON Schema of topologies, for editors",
        examples: ["millrace schema > millrace.schema.json"])
}
