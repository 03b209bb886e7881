import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the output streams can show.
public enum Terminal {
    /// Whether stdout is a terminal.
    public static var outputIsTerminal: Bool { isatty(1) == 1 }

    /// Whether stderr is a terminal.
    public static var errorIsTerminal: Bool { isatty(2) == 1 }

    /// Whether stdout is a terminal on which the cursor can be moved.
    public static var outputMovesCursor: Bool { outputIsTerminal && environmentValue("TERM") != "dumb" }

    /// Columns and rows of the terminal on stderr or stdout; 80 and 24 where there is none.
    public static var size: (columns: Int, rows: Int) {
        var size = winsize()
        for descriptor in [Int32(2), 1] where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
            return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
        }
        return (80, 24)
    }

    /// Whether colour may be written to a stream: only to a terminal, and not where NO_COLOR is set (no-color.org).
    public static func allowsColor(isTerminal: Bool, environment: (String) -> String? = environmentValue) -> Bool {
        guard isTerminal, environment("TERM") != "dumb" else { return false }
        return (environment("NO_COLOR") ?? "").isEmpty
    }

    /// An environment variable, or nil where it is not set.
    public static func environmentValue(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Whether anything went to stdout.
    public static var hasPrinted: Bool { printed.load(ordering: .relaxed) }

    private static let printed = Atomic<Bool>(false)

    /// Writes text to stdout at once, without what a terminal would obey but for colours. A reader that went away ends
    /// the program quietly, as in any pipe; a full disk ends it with an error.
    public static func print(_ text: String, terminator: String = "\n") {
        output(Printable.escaped(text, keepsStyle: Style.output.isColored) + terminator)
    }

    /// Writes text to stderr at once, in one call, so that lines of several threads do not mix; without what a terminal
    /// would obey but for colours.
    public static func printError(_ text: String, terminator: String = "\n") {
        write(Printable.escaped(text, keepsStyle: Style.error.isColored) + terminator, to: 2)
    }

    /// Writes bytes to stdout as they are; a disk that is full ends the program with an error.
    public static func print(_ bytes: UnsafeRawBufferPointer) {
        printed.store(true, ordering: .relaxed)
        if !write(bytes, to: 1) { endByFailure() }
    }

    /// Writes text that moves the cursor to stdout. Only for what is ours: `Picture` cleans what it shows.
    static func output(_ text: String) {
        var text = text
        text.withUTF8 { print(UnsafeRawBufferPointer($0)) }
    }

    /// Writes text that moves the cursor to stderr.
    static func outputError(_ text: String) { write(text, to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        _ = text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func endByFailure() -> Never {
        printError("stdout: writing failed: \(String(cString: strerror(errno)))")
        // As main ends: without destructors.
        _exit(ExitCode.software.rawValue)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Glibc)
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            #else
            let written = Darwin.write(descriptor, rest.baseAddress, rest.count)
            #endif
            if written < 0 && errno == EINTR { continue }
            if written < 0 && errno == EAGAIN {
                // Somebody who shares the stream made it non-blocking.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 1000)
                continue
            }
            if written < 0, errno == EPIPE, descriptor == 1 { endByPipe() }
            guard written > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return true
    }

    /// A reader that went away ends the program as it ends any other in a pipe. The signal is ignored otherwise, because
    /// of sockets.
    private static func endByPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(1)
    }
}

/// Colours of the terminal, applied only where they are allowed.
public struct Style: Sendable {
    /// Whether escape codes are written.
    public let isColored: Bool

    /// A style that colours or leaves text as it is.
    public init(isColored: Bool) { self.isColored = isColored }

    /// The style for stdout.
    public static var output: Style { Style(isColored: Terminal.allowsColor(isTerminal: Terminal.outputIsTerminal)) }

    /// The style for stderr.
    public static var error: Style { Style(isColored: Terminal.allowsColor(isTerminal: Terminal.errorIsTerminal)) }

    /// Every sequence that a style writes: the only ones that go to a terminal.
    static let codes = ["0", "1", "2", "31", "32", "33", "36"].map { Array("\u{1B}[\($0)m".unicodeScalars) }

    /// Emphasised text.
    public func bold(_ text: String) -> String { wrap(text, "1") }
    /// Text of less weight.
    public func dim(_ text: String) -> String { wrap(text, "2") }
    /// Text that reports a failure.
    public func red(_ text: String) -> String { wrap(text, "31") }
    /// Text that reports success.
    public func green(_ text: String) -> String { wrap(text, "32") }
    /// Text that reports a warning.
    public func yellow(_ text: String) -> String { wrap(text, "33") }
    /// Text that names something.
    public func cyan(_ text: String) -> String { wrap(text, "36") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
