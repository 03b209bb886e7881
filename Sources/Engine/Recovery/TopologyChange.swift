import EventFormats
import Foundation
public import OnlineLearning
import Text
public import Topology

/// What becomes of a task's state where it goes on under another topology: what `millrace plan` tells and `run` does.
public struct TopologyChange: Sendable, Equatable {
    /// Every component, and what else of the topology decides what is learned.
    public private(set) var entries: [PipelineChange.Entry]

    /// Why it cannot be made, or empty.
    public var refusals: [String] {
        entries.compactMap { if case .refused(let reason) = $0.fate { "\($0.name): \(reason)" } else { nil } }
    }

    /// Why a task cannot go on, in a sentence with the remedy; nil: it can.
    func refusal(of partition: Int32, _ file: String) -> String? {
        guard !refusals.isEmpty else { return nil }
        return "partition \(partition): the stored state is of another topology, and cannot go on under this one: "
            + refusals.joined(separator: "; ") + ". Undo the change, begin anew under another name, or "
            + "`millrace reset \(file) --yes`"
    }

    /// From what is stored to what is wanted.
    public init(from old: TopologyPlan, to new: TopologyPlan) {
        let pipeline = PipelineChange(from: old.pipeline, to: new.pipeline)
        entries = pipeline.entries
        compareInputs(old, new)
        compareRecords(old, new)
        compareLabels(old, new)
    }

    private mutating func add(_ name: String, _ isSame: Bool, _ fate: PipelineChange.Fate) {
        if !isSame { entries.append(.init(name: name, fate: fate)) }
    }

    private mutating func compareInputs(_ old: TopologyPlan, _ new: TopologyPlan) {
        add("input.topic", old.inputTopic == new.inputTopic, .refused("was \(old.inputTopic)"))
        add(
            "label.field", old.decoder.labelField == new.decoder.labelField,
            .refused("was \(old.decoder.labelField ?? "-"): models learned that"))
        add(
            "label.topic", old.labels?.topic == new.labels?.topic,
            .refused("was \(old.labels?.topic ?? "in the events")"))
    }

    /// How records are read: from the next one on.
    private mutating func compareRecords(_ old: TopologyPlan, _ new: TopologyPlan) {
        func words(_ plan: TopologyPlan) -> [(String, String)] {
            let decoder = plan.decoder
            let sentinels = decoder.sentinels.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return [
                ("input.format", "\(plan.layout.format.rawValue) \(plan.layout.columns)"),
                ("input.separator", "\(plan.layout.separator.map { "\($0)" } ?? "-") \(decoder.hasDecimalComma)"),
                ("missing", "\(decoder.missing.map { "\($0)" } ?? "-") \(sentinels)"),
                ("input.max_record_bytes", "\(plan.maxRecordBytes)"),
            ]
        }
        for (before, after) in zip(words(old), words(new)) { add(before.0, before.1 == after.1, .hot([before.0])) }
    }

    /// Events that wait hold the answers of the models that they were asked, and their places.
    private mutating func compareLabels(_ old: TopologyPlan, _ new: TopologyPlan) {
        guard old.labels != nil, new.labels != nil else { return }
        add(
            "label", old.labelText == new.labelText, .refused("what is waited for, and how long, is part of what waits")
        )
        let isSame =
            old.pipeline.models.map(\.name) == new.pipeline.models.map(\.name)
            && old.pipeline.schema.width == new.pipeline.schema.width
        add(
            "models", isSame,
            .refused(
                "events that wait for their labels hold the features they had and the answers of the models of then"))
    }
}

extension PipelineChange.Fate {
    /// One word, and the reason.
    public var words: (word: String, reason: String) {
        switch self {
        case .kept: ("kept", "")
        case .hot(let names): ("hot", names.joined(separator: ", ") + " changed, what was learned goes on")
        case .cold(let reason): ("cold", "begins anew: " + reason)
        case .new: ("new", "begins with the next event")
        case .removed: ("removed", "what it learned is forgotten")
        case .refused(let reason): ("refused", reason)
        }
    }
}

/// A topology as it was stored beside the state it made.
enum StoredTopology {
    /// Reads a stored text again.
    ///
    /// - Parameters:
    ///   - wanted: the topology of the file: its path is told, and its brokers are meant.
    ///   - fingerprint: of what was stored; nil: not known.
    static func plan(
        _ text: String, as wanted: TopologyPlan, fingerprint: UInt64?, partition: Int32
    ) throws(EngineError) -> TopologyPlan {
        let (found, findings) = TopologyFile.check(
            text: text, file: wanted.file, environment: ProcessInfo.processInfo.environment)
        guard var plan = found, fingerprint == nil || plan.fingerprint == fingerprint else {
            let reason = findings.first { $0.severity == .error }?.description ?? "it decides learning otherwise here"
            throw EngineError(
                .data,
                "partition \(partition): the topology that made the stored state cannot be read by this build (\(reason)). Run "
                    + "the version that wrote it, or `millrace reset \(wanted.file) --yes`")
        }
        // How it runs is the file's.
        plan.bootstrap = wanted.bootstrap
        plan.kafkaProperties = wanted.kafkaProperties
        plan.stateKey = wanted.stateKey
        plan.guarantee = wanted.guarantee
        plan.onGap = wanted.onGap
        plan.commitInterval = wanted.commitInterval
        plan.outputTopic = wanted.outputTopic
        plan.history = wanted.history
        plan.pipeline.without = wanted.pipeline.without
        return plan
    }
}
