/// A place of the journal: what stands before it is about rows before these offsets.
struct JournalMark: Equatable, Sendable {
    /// Of the journal partition.
    var journal: Int64
    /// The next offsets of the inputs.
    var events: Int64
    var labels: Int64

    /// Where a journal may begin whose inputs begin at these offsets; nil: it stays as it is.
    ///
    /// As long as both inputs hold the rows, an evaluation can follow the journal from its beginning.
    static func cut(_ marks: [JournalMark], events: Int64?, labels: Int64?) -> Int64? {
        guard let events, let labels else { return nil }
        return marks.last { $0.events <= events && $0.labels <= labels }?.journal
    }
}
