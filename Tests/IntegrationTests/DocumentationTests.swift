import Foundation
import Testing

extension IntegrationTests {
    /// A page of the documentation as a reader follows it: its `sh` blocks in order, from a fresh clone, with a broker.
    ///
    /// Above a block may stand `<!-- not run: REASON -->`, or `<!-- runs until stopped -->`: it is started, must print
    /// `ready`, and is ended by SIGTERM with code 0 when the page is over.
    @Suite("Every command block of README and docs runs as printed", .serialized)
    struct DocumentationTests {
        /// Reasons that are let pass: what needs an image, a build of its own, or programs of Kafka's own distribution.
        static let reasons = [
            "docker", "kubernetes", "it builds", "Kafka's own scripts", "another machine", "another cluster",
        ]

        static let pages: [String] = {
            let found = FileManager.default.enumerator(atPath: Place.root.appendingPathComponent("docs").path)
            let docs = (found?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
            return (["README.md", "Benchmarks/README.md", "examples/python/README.md"] + docs).sorted()
        }()

        struct Block {
            var line: Int
            var mark: String?
            var language: String
            var text: String
        }

        static func blocks(_ page: String) throws -> [Block] {
            let text = try String(contentsOf: Place.root.appendingPathComponent(page), encoding: .utf8)
            var blocks: [Block] = []
            var open: Block?
            var mark: String?
            for (index, line) in text.components(separatedBy: "\n").enumerated() {
                let trimmed = line.trimmingCharacters(in: .whitespaces)
                if var block = open {
                    if trimmed == "```" {
                        blocks.append(block)
                        open = nil
                    } else {
                        block.text += line + "\n"
                        open = block
                    }
                } else if trimmed.hasPrefix("```") {
                    open = Block(line: index + 1, mark: mark, language: String(trimmed.dropFirst(3)), text: "")
                    mark = nil
                } else if trimmed.hasPrefix("<!--"), trimmed.hasSuffix("-->") {
                    mark = String(trimmed.dropFirst(4).dropLast(3)).trimmingCharacters(in: .whitespaces)
                } else if !trimmed.isEmpty {
                    mark = nil
                    // A block that only an indentation makes would escape this test.
                    let isIndented = line.hasPrefix("    ") && !blocks.isEmpty
                    let isCommand = ["millrace ", "make ", "docker ", "kcat ", "scripts/"].contains {
                        trimmed.hasPrefix($0)
                    }
                    #expect(!(isIndented && isCommand), "\(page):\(index + 1): put commands into a ```sh block")
                }
            }
            return blocks
        }

        @Test(arguments: pages)
        func blocksRun(page: String) throws {
            let blocks = try Self.blocks(page).filter { ["sh", "bash", "console", "shell"].contains($0.language) }
            var script = ""
            for block in blocks {
                #expect(block.language == "sh", "\(page):\(block.line): commands stand in `sh` blocks")
                if let mark = block.mark, mark.hasPrefix("not run: ") {
                    let reason = String(mark.dropFirst(9))
                    #expect(Self.reasons.contains { reason.contains($0) }, "\(page):\(block.line): \(reason)")
                    continue
                }
                script += "echo '# \(page):\(block.line)' >&2\n"
                script += block.mark == "runs until stopped" ? Self.background(block.text) : block.text
            }
            guard !script.isEmpty else { return }
            let (status, output) = try run(script, page)
            #expect(status == 0, "\(page): \(output.suffix(3000))")
        }

        private static func background(_ command: String) -> String {
            """
            started=$((started + 1))
            (exec \(command.trimmingCharacters(in: .newlines))
            ) 2>"$LOGS/$started" &
            running+=($!)
            for try in $(seq 300); do
                grep -q '^ready' "$LOGS/$started" && break
                kill -0 $! 2>/dev/null || break
                sleep 0.2
            done
            grep -q '^ready' "$LOGS/$started" || { cat "$LOGS/$started" >&2; exit 1; }

            """
        }

        /// Runs a script in a copy of what git has, on this test's broker and a free port for HTTP.
        private func run(_ script: String, _ page: String) throws -> (Int32, String) {
            let folder = NSTemporaryDirectory() + "millrace-docs-\(getpid())"
            try? FileManager.default.removeItem(atPath: folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            for name in ["clone", "logs", "home", "bin"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/bin/millrace", withDestinationPath: Place.millrace)
            let port = 30_000 + Int(getpid()) % 10_000
            let text = script.replacingOccurrences(of: "127.0.0.1:9092", with: Broker.shared.bootstrap)
                .replacingOccurrences(of: ":8080", with: ":\(port)")
            let whole = """
                set -euo pipefail
                git -C '\(Place.root.path)' ls-files -z | (cd '\(Place.root.path)' && xargs -0 tar cf - --) | tar xf - -C '\(folder)/clone'
                cd '\(folder)/clone'
                export HOME='\(folder)/home' LOGS='\(folder)/logs' PATH='\(folder)/bin':$PATH
                export KAFKA_BOOTSTRAP=\(Broker.shared.bootstrap)
                started=0 running=()
                finish() {
                    code=$?
                    for process in "${running[@]}"; do
                        kill "$process" 2>/dev/null || true
                        wait "$process" || { code=$?; cat "$LOGS"/* >&2; }
                    done
                    exit $code
                }
                trap finish EXIT
                \(text)
                """
            let file = "\(folder)/page.sh", out = "\(folder)/out"
            try whole.write(toFile: file, atomically: true, encoding: .utf8)
            let status = system("bash '\(file)' >'\(out)' 2>&1 </dev/null")
            return (status, (try? String(contentsOfFile: out, encoding: .utf8)) ?? "")
        }
    }
}
