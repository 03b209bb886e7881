/// How many bytes go to a topic in one request: a topic with a small `max.message.bytes` refuses a batch of records each of
/// which it would take. Found out by halves where it is not known.
struct BatchLimit: Equatable {
    /// librdkafka's default.
    static let most = 1_000_000
    /// What a record has beside its key and value, at most.
    static let frame = 256

    private(set) var bytes: Int

    /// - Parameter known: the smallest `max.message.bytes` of the topics that are written, or nil.
    init(known: Int? = nil) { bytes = min(Self.most, max(known ?? Self.most, 1024)) }

    /// A broker refused a batch as too large; false where the largest record in it went alone already: it is the record.
    ///
    /// - Parameter sent: bytes of records of the topic that went to one partition, at most; no batch was larger.
    mutating func cut(largestRecord: Int, sent: Int) -> Bool {
        guard bytes > max(largestRecord + Self.frame, 1024), sent > largestRecord else { return false }
        bytes = max(min(bytes, sent) / 4, 1024)
        return true
    }
}
