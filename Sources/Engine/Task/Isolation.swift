/// Finds a record that kills the process: `protocol.md`, "Errors at commit", last point.
///
/// The attempt counts assignments since the committed offset last moved. From the third on, transactions hold one
/// event, then two, four … : each crash then leaves the committed offset nearer to the record, until it stands on it.
/// There it is tried alone in the whole process (`TrialTurn`), three times, for a death or two may be somebody else's
/// doing; the sixth attempt buries it.
struct Isolation: Equatable {
    private(set) var attempt: UInt8 = 1
    /// The next record is the one that kills.
    var skipsNext = false
    /// Events that a transaction may hold, or nil: no limit.
    private(set) var limit: Int?

    /// The first event is tried alone.
    var isTrial: Bool { attempt >= 3 }

    init() {}

    init(attempt: UInt8) {
        self.attempt = attempt
        if attempt >= 3 { limit = 1 }
        skipsNext = attempt >= 6
    }

    /// A transaction with events was committed.
    mutating func succeeded() {
        guard let size = limit else { return }
        limit = size >= 8192 ? nil : size * 2
    }
}
