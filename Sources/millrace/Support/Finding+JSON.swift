import Console
import Text
import Topology

extension Finding {
    /// The finding for programs.
    var json: JSON {
        [
            "file": .text(file), "line": .integer(Int64(line)), "column": .integer(Int64(column)),
            "severity": .text(severity.rawValue), "message": .text(message),
            "suggestion": suggestion.map { .text($0) } ?? .null,
        ]
    }
}
