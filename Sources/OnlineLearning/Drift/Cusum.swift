/// CUSUM: adds up deviations from the running mean beyond a slack, never below zero, and alarms when the sum is high.
///
/// Page 1954, doi:10.1093/biomet/41.1-2.100. Where we differ, natively: see `PageTest`; a fall is reported as well as a
/// rise. It is `page_hinkley` without fading. MOA's sums are in the input's own unit and watch rises only.
public final class Cusum: PageTest, DriftDetector {
    public static let description = ComponentDescription(
        name: "cusum", role: .detector,
        summary: "Adds up deviations beyond a slack and alarms when the sum is high.",
        source: "Page 1954, doi:10.1093/biomet/41.1-2.100.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "min_instances", .integer(1...1_000_000_000, default: 30), "Inputs before the first look."),
            ParameterDescription(
                "delta", .number(0...1_000_000, default: 0.15),
                "Slack, in standard deviations; with MOA in the input's unit (there 0.005).",
                compatible: ["moa": .number(0.005)]),
            ParameterDescription(
                "lambda", .number(0...1_000_000_000, default: 35),
                "The sum that alarms, in standard deviations; with MOA in the input's unit (there 50).",
                compatible: ["moa": .number(50)]),
            DetectorCompatibility.parameter(.moa),
        ])

    public required init(parameters: ParameterValues, context: ComponentContext) {
        let mode = DetectorCompatibility(parameters)
        super.init(
            Settings(
                minimum: Double(parameters.integer("min_instances") - (mode == .moa ? 1 : 0)),
                delta: parameters.number("delta"), limit: parameters.number("lambda"), looksDown: mode == .none,
                mode: mode))
    }
}
