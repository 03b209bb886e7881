import Console
import Testing

@Suite struct HelpTests {
    @Test func programHelp() {
        #expect(
            sample.help() == """
                Grinds.

                Usage: mill COMMAND [OPTIONS]

                Commands:
                  run       Run it
                  state ls  List states
                  describe  Describe a part
                  list      List parts
                  demo      Show it

                Options:
                      --version  Print versions and exit
                  -h, --help     Print help and exit

                `mill COMMAND --help` tells more about a command.

                """)
    }

    @Test func commandHelp() {
        #expect(
            sample.help(of: sample.command("run")!)
                == """
                Run it.

                Usage: mill run FILE… [OPTIONS]

                Runs until it is told to stop.

                Options:
                  -w, --workers N             Threads
                      --set PATH=VALUE        Change a value (repeatable)
                      --stop-at-end           Stop at the end
                      --guarantee exactly_once|at_least_once
                                              The mode
                      --out FILE              Where to write it's output
                  -h, --help                  Print help and exit

                Examples:
                  mill run a.yaml

                """.replacingGap(30))
    }

    @Test func colourOnlyWhereItIsAllowed() {
        #expect(!sample.help(Style(isColored: false)).contains("\u{1B}"))
        #expect(sample.help(Style(isColored: true)).contains("\u{1B}[36m"))
        #expect(Terminal.allowsColor(isTerminal: true) { _ in nil })
        #expect(!Terminal.allowsColor(isTerminal: false) { _ in nil })
        #expect(!Terminal.allowsColor(isTerminal: true) { $0 == "NO_COLOR" ? "1" : nil })
        #expect(Terminal.allowsColor(isTerminal: true) { $0 == "NO_COLOR" ? "" : nil })
        #expect(!Terminal.allowsColor(isTerminal: true) { $0 == "TERM" ? "dumb" : nil })
    }

    @Test func documentationNamesEveryCommandAndCode() {
        let text = sample.documentation()
        for command in sample.commands { #expect(text.contains("## `mill \(command.name)`")) }
        for code in ExitCode.allCases { #expect(text.contains("| \(code.rawValue) | \(code.summary) |")) }
    }
}

extension String {
    /// The snapshot's option column is written for a width of 26; help uses `width`.
    fileprivate func replacingGap(_ width: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("  "), line.count > 30 else { return String(line) }
            let head = line.prefix(30), rest = line.dropFirst(30)
            guard head.hasSuffix("  ") else { return String(line) }
            return head + String(repeating: " ", count: width - 26) + rest
        }.joined(separator: "\n")
    }
}
