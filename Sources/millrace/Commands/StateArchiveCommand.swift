import Console
import Engine
import Foundation
import Text

/// `millrace state export`: every task's state into a file.
enum StateExportCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        guard let path = invocation.text("to") else {
            throw CommandFailure(.usage, "millrace: state export needs --to FILE")
        }
        // Beside it first: an archive of before is not lost by one that fails.
        let partial = path + ".partial"
        let file = try OutputFile(partial)
        do {
            try StateArchive.export(topology) { bytes in
                try bytes.withUnsafeBytes { try file.write($0) }
            } progress: {
                Terminal.print($0.text)
            }
            try file.close()
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
        guard rename(partial, path) == 0 else {
            throw CommandFailure(.usage, "millrace: \(path): cannot be written: \(String(cString: strerror(errno)))")
        }
        Terminal.printError("written to \(Printable.text(path)); `millrace state verify FILE --archive` checks it")
        return .done
    }

    static let command = Command(
        "state export", "Write every task's state into a file",
        details: """
            Restores each task beside the engine, at its committed offsets, and writes its models, metrics and waiting events. \
            Works on a running and on a stopped topology; changes nothing. With kafka.state_key the file is sealed with it. It \
            holds what was learned, and the rows of events that wait for their labels: keep it like the data itself.
            """,
        operands: .file, options: [Option("to", .file, "The file to write"), .set],
        examples: ["millrace state export topology.yaml --to fraud.state"])
}

/// `millrace state import`: a file's states for a topology that has none.
enum StateImportCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        guard let path = invocation.text("from") else {
            throw CommandFailure(.usage, "millrace: state import needs --from FILE")
        }
        let archive = try StateArchive(path: path, topology)
        let isSame = invocation.has("same-offsets")
        try archive.restore(topology, isSame ? .sameOffsets : .start) { Terminal.print($0.text) }
        Terminal.printError(
            "imported from cluster \(Printable.text(archive.head.cluster)); `millrace run \(Printable.text(invocation.operands[0]))` goes "
                + "on " + (isSame ? "at the offsets of the archive" : "at input.start of the file"))
        return .done
    }

    static let command = Command(
        "state import", "Give a topology that has no state the state of a file",
        details: """
            For another cluster, or the same one after a reset. The topics are made where they are missing; a topology that has \
            state is refused, and so is another number of partitions. `run` then goes on at input.start, or with --same-offsets \
            where the archive stood: for topics that were copied with their offsets.
            """,
        operands: .file,
        options: [
            Option("from", .file, "The file that `state export` wrote"),
            Option("same-offsets", .flag, "The input, and the labels, have the same offsets here as there"), .set,
        ],
        examples: ["millrace state import topology.yaml --from fraud.state"])
}

/// `millrace state verify`: whether what is stored can be restored.
enum StateVerifyCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        if let path = invocation.text("archive") {
            for entry in try StateArchive(path: path, topology).verify(topology) { Terminal.print(entry.text) }
            return .done
        }
        var (good, bad) = (0, 0)
        try TaskState.verify(topology) { partition, result in
            switch result {
            case .success(let state):
                good += 1
                Terminal.print(
                    "partition \(partition)  good  offset \(Numbers.grouped(Int(state.offset)))  snapshot \(state.snapshot)  "
                        + "\(Numbers.bytes(state.bytes))  \(state.digest)")
            case .failure(let error):
                bad += 1
                Terminal.print("partition \(partition)  bad  \(Printable.text(error.message))")
            }
        }
        if good + bad == 0 { Terminal.printError("no partition has a committed offset yet") }
        return bad == 0 ? .done : .inputData
    }

    static let command = Command(
        "state verify", "Check that what is stored can be restored",
        details: """
            Reads the newest snapshot of each task, checks its sums, replays what was learned since, and compares the digest \
            with the committed one: what a restart would do, beside the engine. Ends with 65 where a task could not go on. With \
            --archive a file of `state export` is checked instead.
            """,
        operands: .file, options: [Option("archive", .file, "A file that `state export` wrote"), .set],
        examples: ["millrace state verify topology.yaml", "millrace state verify topology.yaml --archive fraud.state"])
}

extension StateArchive.Entry {
    fileprivate var text: String {
        "partition \(partition)  events \(Numbers.grouped(Int(events)))  \(Numbers.bytes(bytes))  \(digest)"
    }
}
