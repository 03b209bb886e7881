/// Why a file could not be read.
public struct RecordError: Error, Equatable, CustomStringConvertible {
    /// One sentence with the file's name and, where there is one, line and column.
    public let message: String
    /// The message.
    public var description: String { message }

    /// An error with its text.
    public init(message: String) { self.message = message }
}
