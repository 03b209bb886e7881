import Foundation
import OnlineLearning
import Text
import Topology

/// Writes records of `<name>-examples`: what came of an event and its label, with everything that it was learned by.
///
/// `{"id":…,"source":…,"outcome":…,"label":…,"label_time":…}`, and of an event that was learned
/// `"event_time","delay_ms","prediction","model","version","loss","weight","features"`. Asked for by `label.examples`: it
/// allocates, and costs some microseconds a record.
struct ExampleWriter: Sendable {
    private let topic: String
    private let labelTopic: String
    private let schema: Schema
    private let models: [String]

    init(_ topology: TopologyPlan) {
        topic = topology.inputTopic
        labelTopic = topology.labels?.topic ?? ""
        schema = topology.pipeline.schema
        models = topology.pipeline.models.map(\.name)
    }

    func record(_ example: LabelledExample, of pipeline: Pipeline, partition: Int32) -> [UInt8] {
        let isLabel = example.scored == nil
        let id = example.source.id
        var members: [(String, JSON)] = [
            ("id", id.isEmpty ? .null : .text(String(decoding: id, as: UTF8.self))),
            ("source", .text("\(isLabel ? labelTopic : topic)-\(partition)-\(example.source.offset)")),
            ("outcome", .text(example.outcome.rawValue)),
            ("label", Self.label(example.label, pipeline.classes)),
        ]
        if let time = example.labelTime { members.append(("label_time", .integer(time))) }
        if let scored = example.scored { members += self.members(scored, example.labelTime, pipeline) }
        return Array(JSON.object(members).text.utf8)
    }

    private func members(
        _ scored: LabelledExample.Scored, _ labelTime: Int64?, _ pipeline: Pipeline
    ) -> [(String, JSON)] {
        var members: [(String, JSON)] = [("event_time", .integer(scored.time))]
        if let labelTime { members.append(("delay_ms", .integer(labelTime &- scored.time))) }
        let isClass = scored.classIndex >= 0
        let predicted = isClass ? Label(classIndex: scored.classIndex) : Label(target: scored.value)
        return members + [
            ("prediction", Self.label(predicted, pipeline.classes)),
            ("model", .text(models[scored.answer.model])), ("version", .integer(Int64(scored.answer.version))),
            ("loss", .number(scored.loss)), ("weight", 1),
            ("features", .object(features(scored.answer.row, pipeline.categories))),
        ]
    }

    private func features(_ row: ArraySlice<Double>, _ categories: [CategoryTable?]) -> [(String, JSON)] {
        zip(schema.features.indices, row).map { slot, value in
            let feature = schema.features[slot]
            guard !value.isNaN else { return (feature.name, .null) }
            switch feature.kind {
            case .numeric: return (feature.name, .number(value))
            case .boolean: return (feature.name, .bool(value != 0))
            // Words beyond what is kept apart are one.
            case .categorical: return (feature.name, categories[slot]?.word(Int(value)).map { .text($0) } ?? .null)
            }
        }
    }

    /// A class as it is spelled, a number, or null.
    private static func label(_ label: Label, _ classes: ClassTable) -> JSON {
        let index = Int(label.classIndex)
        guard classes.spellings.indices.contains(index) else { return .number(label.target) }
        let spelling = classes.spellings[index]
        guard JSONText.isBare(spelling), let value = try? JSON(reading: spelling) else { return .text(spelling) }
        return value
    }
}
