import Console
import Testing

/// A small program with everything a table can hold.
let sample = OptionTable(
    program: "mill", summary: "Grinds.",
    commands: [
        Command(
            "run", "Run it", details: "Runs until it is told to stop.", operands: .files,
            options: [
                Option("workers", short: "w", .integer(1...64), "Threads"),
                Option("set", .text("PATH=VALUE"), isRepeatable: true, "Change a value"),
                Option("stop-at-end", .flag, "Stop at the end"),
                Option("guarantee", .choice(["exactly_once", "at_least_once"]), "The mode"),
                Option("out", .file, formerName: "target", "Where to write it's output"),
            ], examples: ["mill run a.yaml"]),
        Command("state ls", "List states", operands: .file, options: [Option("json", .flag, "Print JSON")]),
        Command("describe", "Describe a part", operands: .choice("NAME", ["adwin", "ddm"])),
        Command("list", "List parts", operands: .optionalChoice("ROLE", ["models", "detectors"])),
        Command("demo", "Show it"),
    ])

private func invocation(_ arguments: String...) throws -> Invocation {
    guard case .run(let invocation) = try sample.parse(arguments) else {
        throw CommandFailure(.software, "not a command")
    }
    return invocation
}

private func failure(_ arguments: String...) -> CommandFailure? {
    do throws(CommandFailure) {
        _ = try sample.parse(arguments)
        return nil
    } catch { return error }
}

@Suite struct ParserTests {
    @Test func optionsAndOperandsMayBeMixed() throws {
        let run = try invocation(
            "run", "a.yaml", "--workers", "3", "b.yaml", "--set=a.b=c", "--set", "d=e", "--stop-at-end")
        #expect(run.command == "run")
        #expect(run.operands == ["a.yaml", "b.yaml"])
        #expect(run.integer("workers") == 3)
        #expect(run.texts("set") == ["a.b=c", "d=e"])
        #expect(run.has("stop-at-end"))
        #expect(!run.has("out"))
    }

    @Test func lettersAndUniqueBeginnings() throws {
        #expect(try invocation("run", "-w4", "a").integer("workers") == 4)
        #expect(try invocation("run", "-w", "5", "a").integer("workers") == 5)
        #expect(try invocation("run", "--work", "6", "a").integer("workers") == 6)
    }

    @Test func nothingAfterTwoDashesIsAnOption() throws {
        #expect(try invocation("run", "--", "--workers").operands == ["--workers"])
        #expect(try invocation("run", "a", "--", "-x", "y").operands == ["a", "-x", "y"])
    }

    @Test func commandsOfTwoWords() throws {
        let list = try invocation("state", "ls", "a.yaml", "--json")
        #expect(list.command == "state ls")
        #expect(list.operands == ["a.yaml"])
        #expect(failure("state")?.message.contains("state ls") == true)
        #expect(failure("state", "sl", "a")?.message.contains("did you mean `state ls`?") == true)
    }

    @Test func helpAndVersion() throws {
        #expect(try sample.parse(["--help"]) == .help(nil))
        #expect(try sample.parse(["help"]) == .help(nil))
        #expect(try sample.parse(["help", "state", "ls"]) == .help("state ls"))
        #expect(try sample.parse(["run", "--help"]) == .help("run"))
        #expect(try sample.parse(["run", "-h", "--workers", "2"]) == .help("run"))
        #expect(try sample.parse(["state", "--help"]) == .help("state ls"))
        #expect(try sample.parse(["--version"]) == .version)
    }

    @Test(arguments: [
        ([], "a command is missing"),
        (["rnu", "a"], "unknown command `rnu` (did you mean `run`?)"),
        (["run"], "FILE… is missing"),
        (["run", "a", "--wrokers", "3"], "unknown option `--wrokers` (did you mean `--workers`?)"),
        (["run", "a", "--wrokers=3"], "unknown option `--wrokers` (did you mean `--workers`?)"),
        (["run", "a", "-x"], "unknown option `-x`"),
        (["run", "a", "--workers"], "option `--workers` needs a value"),
        (["run", "a", "--stop-at-end=yes"], "option `--stop-at-end` takes no value"),
        (["run", "a", "--workers", "0"], "needs a whole number, 1 to 64"),
        (["run", "a", "--workers", "many"], "needs a whole number, 1 to 64"),
        (["run", "a", "--workers", "1", "--workers", "2"], "given twice"),
        (["run", "a", "--guarantee", "exactly_onec"], "did you mean `exactly_once`?"),
        (["demo", "x"], "unexpected argument `x`"),
        (["describe"], "NAME is missing"),
        (["describe", "adwni"], "unknown name `adwni` (did you mean `adwin`?)"),
        (["list", "model"], "did you mean `models`?"),
        (["--json", "run"], "before a command"),
    ])
    func mistakesAreUsageErrors(arguments: [String], message: String) {
        do throws(CommandFailure) {
            let parsed = try sample.parse(arguments)
            Issue.record("was understood as \(parsed)")
        } catch {
            #expect(error.code == .usage)
            #expect(error.message.contains(message), "\(error.message)")
            #expect(error.message.contains("--help"))
        }
    }

    @Test func parsingFromManyThreadsDoesNotMix() async throws {
        await withTaskGroup(of: Bool.self) { group in
            for number in 1...64 {
                group.addTask {
                    guard case .run(let run)? = try? sample.parse(["run", "f\(number)", "--workers", "\(number)"])
                    else {
                        return false
                    }
                    return run.integer("workers") == number && run.operands == ["f\(number)"]
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func exitCodesAreTheOnesOfTheContract() {
        #expect(ExitCode.allCases.map { $0.rawValue } == [0, 1, 64, 65, 69, 70])
    }

    @Test func aFormerNameLeadsToTheNewOne() throws {
        let told = try #require(failure("run", "a.yaml", "--target", "x"))
        #expect(told.code == .usage && told.message.contains("option `--target` is called `--out` now"))
    }
}
