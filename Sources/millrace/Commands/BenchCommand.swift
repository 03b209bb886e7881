import Console
import Text

/// `millrace bench drift`: how soon the detectors see a change, and how often they see one that is none.
enum BenchCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        if let series = invocation.text("series") {
            guard let windows = invocation.text("windows") else {
                throw CommandFailure(.usage, "millrace: `--series FILE` needs --windows FILE: what is annotated in it")
            }
            let trial = try SeriesTrial(series: series, windows: windows)
            let rows = trial.rows()
            if invocation.has("json") {
                Terminal.print(JSON.array(rows.map(\.json)).pretty)
            } else {
                let header = ["detector", "of \(trial.windows) windows", "alarms inside", "outside in 10,000"]
                print(header, rows.map { [$0.detector, "\($0.found)", "\($0.inside)", Numbers.fixed($0.outside, 2)] })
            }
            return .done
        }
        let trials = DetectorTrial.all(seeds: invocation.integer("seeds") ?? 30)
        if invocation.has("json") {
            Terminal.print(JSON.array(trials.map(\.json)).pretty)
        } else {
            print(
                DetectorTrial.columns,
                trials.map { trial in
                    [trial.name]
                        + trial.cells.map { cell in
                            cell.map { Numbers.fixed($0, $0 < 10 && $0 != $0.rounded() ? 3 : 0) } ?? "-"
                        }
                })
        }
        return .done
    }

    private static func print(_ header: [String], _ rows: [[String]]) {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [header] + rows {
            let cells = row.enumerated().map { index, cell in
                let gap = String(repeating: " ", count: widths[index] - cell.count)
                return index == 0 ? cell + gap : gap + cell
            }
            Terminal.print(cells.joined(separator: "  "))
        }
    }
}

extension BenchCommand: ProgramCommand {
    static let command = Command(
        "bench", "Measure the drift detectors on streams whose changes are known",
        details: """
            Every detector with its defaults, and as other libraries have it, on errors at a rate of 0.2: false alarms in \
            10,000 (mean and worst seed; the same in errors that come in runs), then inputs from a change to its alarm. \
            Abrupt is 0.2 to 0.4 at once (late: after 1,000; alarms: after the change), gradual within 2,000, small 0.2 \
            to 0.25, low 0.02 to 0.06, down 0.4 to 0.2. The last row alarms at every 100th input and knows nothing. With \
            --series: a real series.
            """,
        operands: .choice("WHAT", ["drift"]),
        options: [
            Option("seeds", .integer(1...1000), "Streams of each kind; 30 unless given"),
            Option(
                "series", .file, "A series as lines of time,value below a header, as the Numenta benchmark has them"),
            Option("windows", .file, "With --series: JSON that maps the file's name to its annotated [from, to]"),
            .json,
        ],
        examples: [
            "millrace bench drift", "millrace bench drift --seeds 5 --json",
            "millrace bench drift --series nyc_taxi.csv --windows combined_windows.json",
        ])
}
