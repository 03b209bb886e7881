import Console
import Foundation
import OnlineLearning
import Topology

/// A topology made from a sample, for evaluations without a file.
enum TopologyMaking {
    static func plan(
        input: String, label: String, models: [String], overrides: [(path: String, value: String)]
    ) throws(CommandFailure) -> TopologyPlan {
        var text: String
        do throws(SampleError) {
            text = try TopologyCreate.fromSample(path: input, label: label)
        } catch { throw CommandFailure(.inputData, error.message) }
        if !models.isEmpty { text = replaceModels(of: text, by: models) }
        let (plan, findings) = TopologyFile.check(
            text: text, file: input, environment: ProcessInfo.processInfo.environment, overrides: overrides)
        if let plan { return plan }
        let errors = findings.filter { $0.severity == .error }.map { $0.message }
        throw CommandFailure(
            .usage, "millrace: \(input) with --label \(label) makes no topology: \(errors.joined(separator: "; "))")
    }

    /// The sample's topology up to its models, then the given ones.
    private static func replaceModels(of text: String, by models: [String]) -> String {
        var kept: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("models:") || line.hasPrefix("drift:") { break }
            kept.append(line)
        }
        // Races against nobody else: its models have names of their own.
        if models == ["auto"] { return kept.joined(separator: "\n") + "\nmodels: auto\n" }
        let lines = models.enumerated().map { index, model in
            let isRepeated = models.firstIndex(of: model) != index
            return "  \(model)\(isRepeated ? "_\(index + 1)" : ""): \(model)"
        }
        return kept.joined(separator: "\n") + "\nmodels:\n" + lines.joined(separator: "\n") + "\n"
    }
}
