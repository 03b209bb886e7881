import Console
import Engine
import OnlineLearning
import Text
import Topology

/// `millrace models show`: what one model is, has learned, and looks at.
enum ModelsShowCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        let gallery = try invocation.gallery(topology)
        let name = invocation.operands.dropFirst().first
        let found = try gallery.map { partition, models in
            (partition, try name.map { [try ModelChoice.find($0, models)] } ?? models)
        }
        if invocation.has("json") {
            let list = found.map { partition, models in
                JSON.object([("partition", .integer(Int64(partition))), ("models", .array(models.map(\.json)))])
            }
            Terminal.print(JSON.array(list).pretty)
            return .done
        }
        for (partition, models) in found {
            for model in models { Terminal.print(Printable.text(ModelChoice.text(model, partition))) }
        }
        return .done
    }
}

extension ModelsShowCommand: ProgramCommand {
    static let command = Command(
        "models show", "Say what a model is, has learned, and looks at",
        details: """
            Restores each task beside the engine, or reads a file of `state export`: component and parameters, version, labels \
            learned, size, metrics, the weights of a linear model or the first tests of a tree, and which features its \
            answers rest on: by the sizes of weights, or by the examples that a tree asked. `before` stands for the model that \
            answered before the last change, where it is kept.
            """,
        operands: .fileAndOptional("MODEL"), options: [.onePartition, .archive, .json, .set],
        examples: [
            "millrace models show topology.yaml linear", "millrace models show topology.yaml before --partition 0",
        ])
}

/// `millrace models diff`: two models, or one now and before, in plain words.
enum ModelsDiffCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        let name = invocation.operands[1]
        let otherName = invocation.operands.count > 2 ? invocation.operands[2] : nil
        let now = try invocation.gallery(topology, isArchived: false)
        let former = invocation.has("archive") ? try invocation.gallery(topology) : now
        let otherWord = otherName ?? (invocation.has("archive") ? name : ModelChoice.before)
        var compared: [(partition: Int32, own: ModelPortrait, other: ModelPortrait)] = []
        for (partition, models) in now {
            guard let others = former.first(where: { $0.partition == partition })?.models else { continue }
            compared.append((partition, try ModelChoice.find(name, models), try ModelChoice.find(otherWord, others)))
        }
        if invocation.has("json") {
            let list = compared.map { partition, own, other -> JSON in
                [
                    "partition": .integer(Int64(partition)), "model": own.json, "other": other.json,
                    "differences": .array(own.differences(from: other).map(JSON.text)),
                ]
            }
            Terminal.print(JSON.array(list).pretty)
            return .done
        }
        for (partition, own, other) in compared {
            let lines = own.differences(from: other)
            let head =
                "partition \(partition)  \(ModelChoice.title(own)) against \(ModelChoice.title(other))"
                + (invocation.has("archive") ? " of the archive" : "")
            let text = ([head] + (lines.isEmpty ? ["they differ in nothing"] : lines).map { "  \($0)" })
                .joined(separator: "\n")
            Terminal.print(Printable.text(text))
        }
        return .done
    }
}

extension ModelsDiffCommand: ProgramCommand {
    static let command = Command(
        "models diff", "Say how two models differ, in plain words",
        details: """
            Two models of the topology; or one and the model that answered before the last change (`before`, also where no other \
            is named); or, with --archive, one now and as a file of `state export` has it: parameters, labels learned, size, \
            error of late, features that it leans on more and less, weights, tests.
            """,
        operands: .fileAndPair("MODEL", "OTHER"), options: [.onePartition, .archive, .json, .set],
        examples: [
            "millrace models diff topology.yaml linear tree", "millrace models diff topology.yaml tree",
            "millrace models diff topology.yaml tree --archive last-week.state",
        ])
}

/// Which of a task's models is meant, and how it is told.
enum ModelChoice {
    /// The model that answered before the last change.
    static let before = "before"

    static func find(_ name: String, _ models: [ModelPortrait]) throws -> ModelPortrait {
        if let found = models.first(where: { $0.name == name && ($0.version != nil || !$0.isPredecessor) }) {
            return found
        }
        let known = models.filter { $0.version != nil }.map(\.name)
        guard name == before else {
            throw CommandFailure(
                .usage,
                "millrace: the topology has no model '\(Printable.text(name))': there is \(known.joined(separator: ", ")), and "
                    + "'before', the one that answered before the last change")
        }
        guard let found = models.first(where: \.isPredecessor) else {
            throw CommandFailure(
                .findings,
                "millrace: no model that answered before is kept: `action: background` keeps one for `probation` labelled events, "
                    + "`recall` three; `state export` and `--archive` compare with any moment")
        }
        return found
    }

    static func title(_ model: ModelPortrait) -> String {
        model.name + (model.version.map { " \($0)" } ?? " before the last change")
    }

    static func text(_ model: ModelPortrait, _ partition: Int32) -> String {
        func figures(_ values: MetricValues) -> String {
            values.compactMap { name, value in
                value.map { "\(name) \(NumberText.shortest(($0 * 10_000).rounded() / 10_000))" }
            }.joined(separator: ", ")
        }
        let role = model.answers ? "  answers" : model.isPredecessor ? "  answered before the last change" : ""
        var lines = ["partition \(partition)  \(title(model))\(role)", "  \(model.component.canonicalText)"]
        lines.append("  learned \(model.learned) labels, \(Numbers.bytes(model.bytes))")
        if !model.metrics.isEmpty { lines.append("  in all   \(figures(model.metrics))") }
        if !model.window.isEmpty { lines.append("  of late  \(figures(model.window))") }
        let shares = model.influences.prefix(10).map {
            "\($0.feature) \(NumberText.shortest(($0.share * 1000).rounded() / 10)) %"
        }
        if !shares.isEmpty { lines.append("  rests on \(shares.joined(separator: ", "))") }
        let weights = model.sketch.weights.sorted { abs($0.value) > abs($1.value) }.prefix(20).map {
            "\($0.input)\($0.toClass.isEmpty ? "" : " for \($0.toClass)") "
                + NumberText.shortest(($0.value * 10_000).rounded() / 10_000)
        }
        if !weights.isEmpty { lines.append("  weights  \(weights.joined(separator: ", "))") }
        for (name, value) in model.sketch.figures.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name)  \(NumberText.shortest(value))")
        }
        return (lines + model.sketch.tests.map { "    \($0)" }).joined(separator: "\n")
    }
}

extension Invocation {
    /// The models of every partition that is asked for; at least one.
    ///
    /// - Parameter isArchived: from the file that `--archive` names, where it does.
    fileprivate func gallery(
        _ topology: TopologyPlan, isArchived: Bool = true
    ) throws -> [(partition: Int32, models: [ModelPortrait])] {
        let partition = integer("partition").map(Int32.init)
        let path = isArchived ? text("archive") : nil
        let found =
            try path.map { try ModelGallery.archived($0, topology) }
            ?? ModelGallery.stored(topology, partition: partition)
        let wanted = found.filter { partition == nil || $0.partition == partition }
        guard !wanted.isEmpty else {
            throw CommandFailure(
                .unavailable,
                "millrace: nothing is stored of \(partition.map { "partition \($0) of " } ?? "")'\(topology.name)' so far"
            )
        }
        return wanted
    }
}

extension Option {
    fileprivate static let onePartition = Option(
        "partition", .integer(0...Int(Int32.max)), "That partition alone")
    fileprivate static let archive = Option(
        "archive", .file, "A file of `state export`, in place of what is stored now")
}
