import OnlineLearning

/// The text of a topology for a sample's columns.
struct SampleTopology {
    let name: String
    let topic: String
    /// Without the label.
    let columns: [SampleColumn]
    let label: SampleColumn
    let components: [ComponentDescription]

    func text() throws(SampleError) -> String {
        let task = try task()
        let id = columns.first { isIdName($0.name) && $0.isUnique }
        let time = columns.first { isTimeName($0.name) && $0.timeFormat != nil }
        var text = """
            # Written by `millrace create` from a sample. Change it as you like; `millrace lint` checks it.
            name: \(name)
            kafka:
              bootstrap: ${KAFKA_BOOTSTRAP:-127.0.0.1:9092}
            input:
              topic: \(topic)
              format: json   # each record a JSON object with the fields below

            """
        if let id { text += "  id: \(quoted(id.name))   # every value came once\n" }
        if let time, let format = time.timeFormat {
            text += "  time: {field: \(quoted(time.name)), format: \(quoted(format))}\n"
        }
        let features = columns.filter { $0.name != id?.name && $0.name != time?.name }
        text += "features:\n" + (try featureLines(features))
        return text + labelLines(task) + modelLines(task)
    }

    private func task() throws(SampleError) -> TaskType {
        if label.isBoolean || label.distinct == 2 { return .binary }
        if label.isNumeric, !label.isWhole || label.distinct > 20 { return .regression }
        guard !label.hasManyValues else {
            throw SampleError(
                message: "the label '\(label.name)' has more than \(SampleColumn.maxDistinct) different words")
        }
        return label.distinct == 1 ? .binary : .multiclass
    }

    private func featureLines(_ features: [SampleColumn]) throws(SampleError) -> String {
        var text = ""
        var used = 0
        for column in features {
            let (kind, remark) = kind(of: column)
            let comment = remark.isEmpty ? "" : "   # \(remark)"
            text +=
                kind.map { "  \(quoted(column.name)): \($0)\(comment)\n" }
                ?? "  # \(quoted(column.name)): left out, \(remark)\n"
            used += kind == nil ? 0 : 1
        }
        guard used > 0 else { throw SampleError(message: "no field beside the label can be a feature") }
        return text
    }

    /// The kind as YAML writes it, nil where the column is no feature; and a remark.
    private func kind(of column: SampleColumn) -> (String?, String) {
        if column.present == 0 { return (nil, "it has no value in the sample") }
        if column.isNested { return (nil, "it is a list or a map") }
        if column.isBoolean { return ("boolean", "") }
        let isIdentifier = isIdName(column.name) && (!column.isNumeric || column.isWhole)
        if column.isNumeric, !isIdentifier {
            return ("numeric", column.isConstant ? "always the same in the sample" : "")
        }
        if column.hasManyValues || column.isUnique {
            return (nil, isIdentifier ? "an identifier with many values" : "text with many values")
        }
        // Room for values that the sample does not have.
        let room = max(8, column.distinct + column.distinct / 2)
        return ("{kind: categorical, max_categories: \(room)}", "\(column.distinct) values in the sample")
    }

    private func labelLines(_ task: TaskType) -> String {
        var text = "label:\n  field: \(quoted(label.name))\n  type: \(task.rawValue)\n"
        let classes = label.classes
        if task == .binary || task == .multiclass, classes.count > 1 {
            let remark = task == .binary ? "   # the last is the positive one" : ""
            text += "  classes: [\(classes.map(quoted).joined(separator: ", "))]\(remark)\n"
        }
        return text
    }

    private func modelLines(_ task: TaskType) -> String {
        let role: ComponentRole = task == .regression ? .regressor : .classifier
        let wished =
            task == .regression
            ? [("linear", "linear_regression"), ("tree", "hoeffding_tree_regressor")]
            : [("tree", "hoeffding_tree"), ("linear", "logistic_regression")]
        let models = wished.filter { wish in components.contains { $0.name == wish.1 && $0.role == role } }
        var text = ""
        if !models.isEmpty {
            text += "models:   # the first answers, the others learn beside it and may take over\n"
            for (name, component) in models { text += "  \(name): \(component)\n" }
        }
        let known = { (name: String, role: ComponentRole) in components.contains { $0.name == name && $0.role == role }
        }
        guard known("adwin", .detector) else { return text }
        let action = models.count > 1 && known("switch", .action) ? "switch" : "alert"
        return text + """
            drift:   # what to do when the error changes
              - {detector: adwin, signal: \(task == .regression ? "loss" : "error"), action: \(action)}

            """
    }

    private func isIdName(_ name: String) -> Bool {
        let lower = name.lowercased()
        return ["id", "uuid", "guid", "key"].contains(lower) || lower.hasSuffix("_id") || name.hasSuffix("Id")
    }

    private func isTimeName(_ name: String) -> Bool {
        let lower = name.lowercased()
        let words = ["ts", "time", "timestamp", "datetime", "date", "event_time", "created_at", "occurred_at"]
        return words.contains(lower) || lower.hasSuffix("_time") || lower.hasSuffix("_ts") || lower.hasSuffix("_at")
    }

    /// A word as YAML reads it: as it is where that is safe. A `$` before a brace is doubled, so that it stays.
    private func quoted(_ text: String) -> String { YAMLWriter.scalar(YAMLWriter.escapedDollar(text), plain: true) }
}
