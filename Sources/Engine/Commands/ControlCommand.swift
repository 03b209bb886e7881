public import OnlineLearning
import Text

/// What an operator asks of a topology: a record of `NAME-control` in every partition, taken by each task at a commit
/// boundary, journaled there, and answered on `NAME-decisions`.
public struct ControlCommand: Sendable, Equatable {
    /// What is asked.
    public enum Action: Sendable, Equatable {
        /// Records are not read until `resume`; a restart does not end it.
        case pause
        /// Reading goes on.
        case resume
        /// The processes that run now finish, commit, store their state and end with code 0.
        case drain
        /// What is learned with.
        case pipeline(PipelineCommand)

        /// Its word.
        public var word: String {
            switch self {
            case .pause: "pause"
            case .resume: "resume"
            case .drain: "drain"
            case .pipeline(let command): command.word
            }
        }

        /// The model it is about, or nil: all, or none.
        public var model: String? { if case .pipeline(let command) = self { command.model } else { nil } }

        /// Nil where there is no such command, or it lacks its model.
        public init?(word: String, model: String?) {
            switch word {
            case "pause": self = .pause
            case "resume": self = .resume
            case "drain": self = .drain
            case "freeze": self = .pipeline(.freeze(model: model))
            case "unfreeze": self = .pipeline(.unfreeze(model: model))
            case "promote":
                guard let model else { return nil }
                self = .pipeline(.promote(model))
            case "rollback": self = .pipeline(.rollback)
            case "approve": self = .pipeline(.approve)
            case "deny": self = .pipeline(.deny)
            default: return nil
            }
        }
    }

    /// What is asked.
    public var action: Action
    /// By which the answers are known again.
    public var id: String
    /// Who asks.
    public var by: String
    /// The record's time, milliseconds since 1970.
    public var time: Int64 = 0
    /// The record's offset in the control partition.
    public var offset: Int64 = 0

    /// A command to be sent.
    public init(_ action: Action, id: String, by: String) {
        (self.action, self.id, self.by) = (action, id, by)
    }

    /// Reads a record's value; why it is no command, in words, where it is none.
    init(reading value: UnsafeRawBufferPointer?) throws(SnapshotError) {
        guard let value, value.count <= Self.maxBytes, let json = try? JSON(reading: value),
            let word = Self.text("command", json), let id = Self.text("id", json)
        else { throw SnapshotError("it is no JSON object with `command` and `id`") }
        guard let action = Action(word: word, model: Self.text("model", json)) else {
            throw SnapshotError("there is no command '\(word)', or it lacks its `model`")
        }
        self.init(action, id: id, by: Self.text("by", json) ?? "")
    }

    /// More is no command.
    private static let maxBytes = 16 << 10

    private static func text(_ key: String, _ json: JSON) -> String? {
        if case .text(let text)? = json[key] { text } else { nil }
    }

    /// The record's value.
    public var value: String {
        var members: [(String, JSON)] = [("command", .text(action.word))]
        if let model = action.model { members.append(("model", .text(model))) }
        return JSON.object(members + [("id", .text(id)), ("by", .text(by))]).text
    }

    // MARK: In the journal

    func write(to writer: inout SnapshotWriter) {
        writer.write(time)
        writer.write(offset)
        writer.write(value)
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        let (time, offset) = (try reader.read(Int64.self), try reader.read(Int64.self))
        let bytes = try reader.readBytes()
        let found: Result<Self, SnapshotError> = bytes.withUnsafeBytes { bytes in
            do throws(SnapshotError) { return .success(try Self(reading: bytes)) } catch { return .failure(error) }
        }
        self = try found.get()
        (self.time, self.offset) = (time, offset)
    }
}
