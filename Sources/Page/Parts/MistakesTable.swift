import OnlineLearning
import Text

/// The whole series of mistakes as CSV, for spreadsheets.
public enum MistakesTable {
    /// A row per point: its begin and end, events, outcomes, and the mean loss of what was published, of every model and of
    /// every simple rule; empty where it is not known.
    public static func csv(_ situation: Situation) -> String {
        let facts = Facts(situation)
        let models = facts.report?.models.map(\.name) ?? []
        let rules = facts.report?.baselines.map(\.name) ?? []
        let heads = ["from", "to", "events", "outcomes", "published"] + models + rules
        var text = heads.map(quoted).joined(separator: ",") + "\r\n"
        for point in facts.course.points {
            let labelled = point.published.labelled
            var cells = [
                time(point.start, situation.axis), time(point.end, situation.axis), number(point.events),
                number(labelled), number(point.published.meanLoss),
            ]
            cells += point.models.map { number($0.meanLoss) }
            cells += point.baselines.map { number(labelled > 0 ? $0 / labelled : nil) }
            text += cells.joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static func time(_ x: Double, _ axis: Axis) -> String { axis == .events ? number(x) : Axis.iso(x) }

    private static func number(_ value: Double?) -> String {
        JSON.optional(value).text == "null" ? "" : JSON.optional(value).text
    }

    /// RFC 4180; what a spreadsheet would take for a formula is no name that a topology allows.
    private static func quoted(_ text: String) -> String {
        text.contains { ",\"\r\n".contains($0) } ? "\"\(text.replacingAll("\"", by: "\"\""))\"" : text
    }
}
