import EventFormats
import OnlineLearning
import Text

/// The text of a topology for a sample's columns.
struct SampleTopology {
    let name: String
    let topic: String
    /// The file, as the topology's `tests:` name it; nil: none.
    let file: String?
    let sample: SampleReader
    /// Without the label.
    let columns: [SampleColumn]
    let label: SampleColumn
    let components: [ComponentDescription]

    /// More words than this are no classes; a topology may say `label.max_classes` up to 1024.
    private static let maxClasses = 256
    /// Odd words that a feature names as missing.
    private static let maxSentinels = SampleColumn.maxOdd

    func text() throws(SampleError) -> String {
        let task = try task()
        let id = columns.first { FieldNames.isID($0.name) && $0.isUnique && $0.mixture.isEmpty }
        let time = columns.first { FieldNames.isTime($0.name) && $0.name != id?.name && $0.timeFormat != nil }
        let records = sample.hasMore ? "the first \(sample.records)" : "all \(sample.records)"
        var text = """
            # yaml-language-server: $schema=millrace.schema.json
            # Written by `millrace create` from \(records) records of \(YAMLWriter.oneLine(file ?? "standard input")).
            # Change it as you like: `millrace lint` checks it, `millrace schema > millrace.schema.json` helps editors.

            """
        for remark in sample.remarks { text += "# Beware: \(YAMLWriter.oneLine(remark)).\n" }
        text += """
            name: \(quoted(name))
            kafka:
              bootstrap: ${KAFKA_BOOTSTRAP:-127.0.0.1:9092}
            input:
              topic: \(quoted(topic))
              format: json   # each record a JSON object with the fields below

            """
        if let id { text += "  id: \(quoted(id.name))   # every value came once\n" }
        if let time, let format = time.timeFormat {
            text += "  time: {field: \(quoted(time.name)), format: \(quoted(format))}\n"
        }
        text += valueLines(task)
        let features = columns.filter { $0.name != id?.name && $0.name != time?.name }
        text += "features:\n" + (try featureLines(features))
        return text + labelLines(task) + modelLines(task) + testLines()
    }

    private func task() throws(SampleError) -> TaskType {
        let classes = label.classes
        if label.form == .numeric {
            if label.isWhole, classes.count <= 2 { return .binary }
            let isCount = label.isWhole && classes.count <= 10 && classes.count * 10 <= label.present
            return isCount ? .multiclass : .regression
        }
        if classes.count <= 2 { return .binary }
        let isShort = classes.allSatisfy { $0.utf8.count <= CategoryTable.longestWord }
        guard !label.isMostlyUnique, classes.count <= Self.maxClasses, isShort else {
            let many = label.hasManyValues ? "more than \(SampleColumn.maxDistinct)" : "\(classes.count)"
            throw SampleError(
                message:
                    "the label '\(label.name)' has \(many) different words in \(label.present) records: no class to "
                    + "be learned. Taken are at most \(Self.maxClasses) that come again, each of at most "
                    + "\(CategoryTable.longestWord) bytes; a topology written by hand may "
                    + "have `label.max_classes` up to 1024")
        }
        return .multiclass
    }

    /// How values are written, where it is not the usual.
    private func valueLines(_ task: TaskType) -> String {
        var text = sample.hasDecimalCommas ? "  decimal: comma\n" : ""
        // A label has no missing words of its own.
        let odd = task == .regression ? label.oddWords : []
        if !odd.isEmpty {
            let words = (EventFormat.csv.missingWords + odd).map(quotedWord).joined(separator: ", ")
            text +=
                "  missing: [\(words)]   # \(YAMLWriter.oneLine(label.name)) has \(YAMLWriter.oneLine(label.mixture))\n"
        }
        return text
    }

    private func featureLines(_ features: [SampleColumn]) throws(SampleError) -> String {
        var text = ""
        var used = 0
        for column in features {
            var (kind, remark) = kind(of: column)
            if used == PlanReader.maxFeatures, kind != nil {
                (kind, remark) = (nil, "a topology has at most \(used) features")
            }
            let rejected = kind != nil && column.rejected > 0 ? "\(column.rejected) records are rejected for it" : ""
            let parts = [remark, column.mixture, rejected]
            let words = YAMLWriter.oneLine(parts.filter { !$0.isEmpty }.joined(separator: "; "))
            let comment = words.isEmpty ? "" : "   # \(words)"
            text +=
                kind.map { "  \(quoted(column.name)): \($0)\(comment)\n" }
                ?? "  # \(quoted(column.name)): left out, \(words)\n"
            used += kind == nil ? 0 : 1
        }
        guard used > 0 else { throw SampleError(message: "no field beside the label can be a feature:\n\(text)") }
        return text
    }

    /// The kind as YAML writes it, nil where the column is no feature; and a remark.
    private func kind(of column: SampleColumn) -> (String?, String) {
        if column.name.isEmpty { return (nil, "it has no name") }
        let isIdentifier = FieldNames.isID(column.name) && (column.form != .numeric || column.isWhole)
        switch column.form {
        case .empty: return (nil, "it has no value in the sample")
        case .nested: return (nil, "it is a list or a map; a place in a list may be a feature: `\(column.name).0`")
        case .boolean: return (map("boolean", column), "")
        case .numeric where !isIdentifier:
            return (map("numeric", column), column.isConstant ? "always the same in the sample" : "")
        case .numeric, .words: break
        }
        if column.hasManyValues || column.isUnique || column.isMostlyUnique {
            return (nil, isIdentifier ? "an identifier with many values" : "text with many values")
        }
        // Room for values that the sample does not have.
        let room = max(8, column.distinct + column.distinct / 2)
        return ("{kind: categorical, max_categories: \(room)}", "\(column.distinct) values in the sample")
    }

    private func map(_ kind: String, _ column: SampleColumn) -> String {
        let odd = column.oddWords.prefix(Self.maxSentinels)
        return odd.isEmpty
            ? kind : "{kind: \(kind), missing: [\(odd.map(quotedWord).joined(separator: ", "))]}"
    }

    private func labelLines(_ task: TaskType) -> String {
        let mixture = label.mixture
        let comment = mixture.isEmpty ? "" : "   # \(YAMLWriter.oneLine(mixture))"
        var text = "label:\n  field: \(quoted(label.name))\(comment)\n  type: \(task.rawValue)\n"
        let classes = label.classes
        if task == .binary, classes.count == 2 {
            text += "  classes: [\(classes.map(quoted).joined(separator: ", "))]   # the last is the positive one\n"
        } else if task == .multiclass {
            let room = min(1024, max(16, classes.count * 2))
            text += "  max_classes: \(room)   # \(classes.count) in the sample; others are learned when they come\n"
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
            text += "models:   # the first answers, the others learn beside it and may take over (`select`)\n"
            for (name, component) in models { text += "  \(name): \(component)\n" }
        }
        let known = { (name: String, role: ComponentRole) in components.contains { $0.name == name && $0.role == role }
        }
        guard known("adwin", .detector) else { return text }
        return text + """
            drift:   # what to do when the error changes
              - {detector: adwin, signal: \(task == .regression ? "loss" : "error"), action: alert}

            """
    }

    private func testLines() -> String {
        guard let file else { return "" }
        let rejected = columns.reduce(label.rejected + sample.unreadable) { $0 + ($1.name.isEmpty ? 0 : $1.rejected) }
        let allowed = rejected + sample.records / 100
        return """
            tests:   # run by `millrace test`
              - {name: learns, input: \(quoted(file)), expect: [{labelled: "> 0"}, {dead_letters: "<= \(allowed)"}]}

            """
    }

    /// A word that must stay one.
    private func quotedWord(_ text: String) -> String {
        YAMLWriter.scalar(YAMLWriter.escapedDollar(text), plain: false)
    }

    /// A word as YAML reads it: as it is where that is safe. A `$` before a brace is doubled, so that it stays.
    private func quoted(_ text: String) -> String { YAMLWriter.scalar(YAMLWriter.escapedDollar(text), plain: true) }
}
