/// Page-Hinkley: adds up deviations from the running mean and alarms when the sum leaves its lowest or highest point.
///
/// Page 1954, doi:10.1093/biomet/41.1-2.100; Mouss et al. 2004. Where we differ, natively: deviations are measured in
/// standard deviations of the inputs so far, so that `delta` and `threshold` mean the same for errors and for prices
/// (on a standard normal sequence River's defaults raise 6 false alarms in 10 000 inputs); and `alpha` fades the rise
/// above the turning point, not the sum itself, which would otherwise wander about its limit by 70 deviations of pure
/// chance. MOA compares the sum itself instead of its rise above the lowest point.
public final class PageHinkley: PageTest, DriftDetector {
    public static let description = ComponentDescription(
        name: "page_hinkley", role: .detector,
        summary: "Adds up deviations from the mean and alarms when they go one way for long.",
        source: "Page 1954, doi:10.1093/biomet/41.1-2.100.", cost: "Constant time and memory.",
        parameters: [
            ParameterDescription(
                "min_instances", .integer(1...1_000_000_000, default: 30), "Inputs before the first look."),
            ParameterDescription(
                "delta", .number(0...1_000_000, default: 0.1),
                "Deviation let pass, in standard deviations; in compatibility modes in the input's unit (there 0.005).",
                compatible: ["river": .number(0.005), "moa": .number(0.005)]),
            ParameterDescription(
                "threshold", .number(0...1_000_000_000, default: 50),
                "The sum that alarms, in standard deviations; in the input's unit in compatibility modes."),
            ParameterDescription("alpha", .number(0...1, default: 0.9999), "What is kept of the sum at each input."),
            ParameterDescription(
                "mode", .choice(["both", "up", "down"], default: "both"), "Directions that are reported."),
            DetectorCompatibility.parameter(.river, .moa),
        ])

    public required init(parameters: ParameterValues, context: ComponentContext) {
        let mode = DetectorCompatibility(parameters)
        super.init(
            Settings(
                minimum: Double(parameters.integer("min_instances") - (mode == .moa ? 1 : 0)),
                delta: parameters.number("delta"), limit: parameters.number("threshold"),
                alpha: parameters.number("alpha"), looksUp: parameters.choice("mode") != "down",
                looksDown: mode != .moa && parameters.choice("mode") != "up", sum: mode == .none ? .rise : .all,
                comparesSum: mode == .moa, mode: mode))
    }
}
