import Console
import Topology

/// `millrace schema`: the JSON Schema that editors complete and check topologies with.
enum SchemaCommand {
    static func run() -> ExitCode {
        Terminal.print(TopologySchema.json())
        return .done
    }
}
