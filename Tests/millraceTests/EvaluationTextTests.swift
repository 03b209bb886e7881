import Foundation
import Testing

@Suite("An evaluation ends with a verdict, fits the terminal, and draws every model")
struct EvaluationTextTests {
    /// The sign of x decides y in one label of ten; the rest repeats the last label.
    private func rows(_ count: Int, noise: Int) -> String {
        var state: UInt64 = 7
        var text = "x,z,y\n"
        for row in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let x = Double(Int64(bitPattern: state) >> 40) / 1000
            let y = noise == 0 ? (x > 0 ? 1 : 0) : (row / 50) % 2
            text += "\(x),\(state >> 60),\(y)\n"
        }
        return text
    }

    private func evaluate(_ rows: String, _ arguments: String...) throws -> String {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows)
        let output = try Program.run(["evaluate", "--input", csv, "--label", "y"] + arguments)
        try #require(output.code == 0, "\(output.stderr)")
        // As if the terminal were wide.
        return output.stdout.replacingOccurrences(of: "\n  ", with: " ")
    }

    @Test func theVerdictIsInWords() throws {
        let good = try evaluate(rows(2000, noise: 0), "--model", "logistic_regression")
        #expect(try good.contains(Regex("Beats (always|repeating)[a-z ]+: [0-9.]+ % against [0-9.]+ %[.]")), "\(good)")
        let bad = try evaluate(rows(2000, noise: 1), "--model", "majority", "--model", "no_change")
        #expect(bad.contains("Does not beat repeating the last label: "), "\(bad)")
        #expect(try bad.contains(Regex("`no_change` alone: [0-9.]+ %[.]")), "\(bad)")
        let few = try evaluate(rows(40, noise: 0))
        #expect(few.contains("Only 40 labelled events"))
        let same = try evaluate(rows(400, noise: 1), "--model", "no_change")
        #expect(same.contains("No better and no worse than repeating the last label"), "\(same)")
    }

    @Test func nothingIsWiderThanEightyColumns() throws {
        let models = ["hoeffding_tree", "logistic_regression", "majority", "no_change", "gaussian_nb"]
        let text = try raw(rows(1500, noise: 0), models.flatMap { ["--model", $0] })
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(text.contains("accuracy") && text.contains("gaussian_nb"))
    }

    private func raw(_ rows: String, _ arguments: [String]) throws -> String {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows)
        return try Program.run(["evaluate", "--input", csv, "--label", "y"] + arguments).stdout
    }

    @Test func thePlotHasALineForEverything() throws {
        let scratch = try Scratch()
        let csv = try scratch.file("rows.csv", rows(150, noise: 0))
        let plot = scratch.path("curve.svg")
        let arguments = ["evaluate", "--input", csv, "--label", "y", "--model", "majority", "--model", "gaussian_nb"]
        #expect(try Program.run(arguments + ["--plot", plot]).code == 0)
        let text = try String(contentsOfFile: plot, encoding: .utf8)
        #expect(text.components(separatedBy: "<polyline").count == 6)
        for word in ["published", "gaussian_nb", "no_change", ">rows<", ">accuracy<"] { #expect(text.contains(word)) }
        let wrong = try Program.run(arguments + ["--plot", scratch.path("curve.png")])
        #expect(wrong.code == 64 && wrong.stderr.contains("ends in .svg"))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("curve.png")))
    }
}
