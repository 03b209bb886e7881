import EventFormats
import Topology
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

    /// How often each input has no value, by the schema's order; empty where nothing is counted yet.
    var inputs: [InputVerdict] {
        InputVerdict.all(situation.past.sorted { $0.key < $1.key }.compactMap { $0.value.inputs })
    }

    /// Inputs that lack values more often than usual.
    var unusualInputs: [(name: String, verdict: InputVerdict)] {
        let features = subject.words.features
        return inputs.filter { $0.isUnusual && $0.index < features.count }.map { (features[$0.index].name, $0) }
    }

    /// Records that could not be read, by code.
    var letters: [String: UInt64] {
        tasks.reduce(into: [:]) { $0.merge($1.status.deadLetters, uniquingKeysWith: +) }
    }
}
