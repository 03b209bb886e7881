import Synchronization

/// An answer that is still to come. Any thread may send it; only the first one counts.
final class HTTPReply: Sendable {
    private let resume: Mutex<(@Sendable (HTTPResponse) -> Void)?>

    init(_ resume: @escaping @Sendable (HTTPResponse) -> Void) { self.resume = Mutex(resume) }

    func send(_ response: HTTPResponse) {
        let resume = resume.withLock { resume in
            defer { resume = nil }
            return resume
        }
        resume?(response)
    }
}
