import Console
import Foundation
import Testing

/// What a program printed and how it ended; nil where it is not installed.
private func output(of program: String, _ arguments: [String]) throws -> (text: String, status: Int32)? {
    guard
        let path = ["/usr/bin/", "/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].map({ $0 + program })
            .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { return nil }
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
}

@Suite struct CompletionsTests {
    @Test(arguments: [
        ("r", ["run"]),
        ("run --w", ["--workers"]),
        ("run --guarantee ", ["exactly_once", "at_least_once"]),
        ("state ", ["ls"]),
        ("state ls --j", ["--json"]),
        ("describe a", ["adwin"]),
        ("list --h", ["--help"]),
        ("help r", ["run"]),
        ("run --guarantee = ex", ["exactly_once"]),
        ("run --guarantee =", ["exactly_once", "at_least_once"]),
        ("run --workers ", []),
        ("run -w ", []),
    ])
    func bashCompletes(line: String, expected: [String]) throws {
        let script = """
            \(sample.completions(for: .bash))
            COMP_WORDS=(mill \(line.hasSuffix(" ") ? line + "''" : line)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _mill
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try #require(try output(of: "bash", ["-c", script]))
        #expect(result.text.split(separator: "\n").map(String.init) == expected)
    }

    @Test func zshIsWellFormedWhereItIsInstalled() throws {
        let script = sample.completions(for: .zsh)
        #expect(script.hasPrefix("#compdef mill\n"))
        #expect(script.contains("'--out[Where to write it'\\''s output]:file:_files'"))
        #expect(script.contains("'*--set[Change a value]:PATH=VALUE: '"))
        if let result = try output(of: "zsh", ["-n", "-c", script]) { #expect(result.status == 0, "\(result.text)") }
    }

    @Test func fishIsWellFormedWhereItIsInstalled() throws {
        let script = sample.completions(for: .fish)
        #expect(script.contains("-l workers -s w -x -d 'Threads'"))
        #expect(script.contains("-a 'exactly_once at_least_once'"))
        #expect(script.contains("it\\'s output"))
        if let result = try output(of: "fish", ["--no-execute", "-c", script]) {
            #expect(result.status == 0, "\(result.text)")
        }
    }
}
