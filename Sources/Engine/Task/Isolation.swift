/// Finds a record that kills the process: `protocol.md`, "Errors at commit", last point.
///
/// The attempt counts assignments since the committed offset last moved. From the third on, transactions hold one
/// event, then two, four … : each crash then leaves the committed offset nearer to the record, until it stands on it;
/// the fourth attempt there buries it.
struct Isolation: Equatable {
    private(set) var attempt: UInt8 = 1
    /// The next record is the one that kills.
    var skipsNext = false
    /// Events that a transaction may hold, or nil: no limit.
    private(set) var limit: Int?

    init() {}

    init(attempt: UInt8) {
        self.attempt = attempt
        if attempt >= 3 { limit = 1 }
        skipsNext = attempt >= 4
    }

    /// A transaction with events was committed.
    mutating func succeeded() {
        guard let size = limit else { return }
        limit = size >= 8192 ? nil : size * 2
    }
}
