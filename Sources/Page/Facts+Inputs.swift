import EventFormats
import Engine

extension Facts {
    /// Fields that no record had in any partition.
    var unseen: [UnseenFields.Field] {
        guard let first = tasks.first?.status.unseen else { return [] }
        let rest = tasks.dropFirst().map { Set($0.status.unseen) }
        return first.filter { field in rest.allSatisfy { $0.contains(field) } }
    }

    /// How often something happened within the range.
    func count(_ kind: Mark.Kind) -> Int { marks.count { $0.kind == kind && !$0.isWarning } }

    /// Records that could not be read, by code.
    var letters: [String: UInt64] {
        tasks.reduce(into: [:]) { $0.merge($1.status.deadLetters, uniquingKeysWith: +) }
    }
}
