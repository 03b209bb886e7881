import Console
import Foundation
import OnlineLearning
import Text

/// How the detectors do on a real series with annotated windows, in the format of the Numenta Anomaly Benchmark
/// (doi:10.5281/zenodo.1040335): lines of `timestamp,value`, and a JSON object that maps file names to `[from, to]`.
struct SeriesTrial {
    struct Row {
        var detector: String
        /// Windows with an alarm in them.
        var found: Int
        /// Alarms in windows, and in 10,000 values outside of them.
        var inside: Int
        var outside: Double

        var json: JSON {
            [
                "detector": .text(detector), "windows_found": .integer(Int64(found)),
                "alarms_inside": .integer(Int64(inside)), "alarms_outside_per_10000": .number(outside),
            ]
        }
    }

    private let values: [Double]
    /// The window of each value, or -1.
    private let window: [Int]
    let windows: Int

    init(series: String, windows path: String) throws(CommandFailure) {
        let spans = try Self.spans(path, of: series)
        var values: [Double] = []
        var window: [Int] = []
        for (number, line) in try Self.text(series).split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let cells = line.split(separator: ",")
            guard cells.count == 2, let value = Double(cells[1]) else {
                throw CommandFailure(
                    .inputData, "\(series):\(number + 1): needs a time and a number with a comma between them")
            }
            values.append(value)
            // Times of one format compare as text.
            window.append(spans.firstIndex { $0.from <= cells[0] && cells[0] <= $0.to } ?? -1)
        }
        self.values = values
        self.window = window
        self.windows = spans.count
    }

    private static func text(_ path: String) throws(CommandFailure) -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw CommandFailure(.inputData, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// The windows of the file that the series' name ends with.
    private static func spans(_ path: String, of series: String) throws(CommandFailure) -> [(from: String, to: String)]
    {
        guard let json = try? JSON(reading: try text(path)), case .object(let files) = json else {
            throw CommandFailure(.inputData, "\(path) is no JSON object of files and their windows")
        }
        let entry = files.first { series.hasSuffix($0.key.split(separator: "/").last ?? "/") }
        guard let entry, case .array(let list) = entry.value else {
            throw CommandFailure(.inputData, "\(path) has no windows of \(series)")
        }
        return try list.map { (span) throws(CommandFailure) in
            guard case .array(let ends) = span, ends.count == 2, case .text(let from) = ends[0],
                case .text(let to) = ends[1]
            else { throw CommandFailure(.inputData, "\(path): a window must be [from, to]") }
            return (from, to)
        }
    }

    /// A row per detector that watches numbers, and one that knows nothing.
    func rows() -> [Row] {
        let context = ComponentContext(features: [Feature("value", .numeric)])
        return Catalog.detectors.filter { $0.description.signals.contains(.feature) }.map { type in
            let detector = type.init(parameters: type.description.defaults, context: context)
            return row(
                type.description.name, values.indices.filter { detector.update(.value(values[$0])) == .drift })
        } + [row("every 100th input", Array(stride(from: 99, to: values.count, by: 100)))]
    }

    private func row(_ name: String, _ alarms: [Int]) -> Row {
        let inside = alarms.filter { window[$0] >= 0 }
        let quiet = max(window.count { $0 < 0 }, 1)
        return Row(
            detector: name, found: Set(inside.map { window[$0] }).count, inside: inside.count,
            outside: Double(alarms.count - inside.count) * 10_000 / Double(quiet))
    }
}
