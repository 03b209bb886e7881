/// Which of a task's two inputs gives the next row: `protocol.md`, "Late labels, precisely", 1 and 2.
///
/// An input's clock is the running maximum of its rows' times; the one with the lesser clock goes first, of equal ones the
/// events. Decides, and does nothing itself.
public struct RowOrder: Equatable, Sendable {
    /// One of the two.
    public enum Input: UInt8, Sendable, CaseIterable { case events, labels }

    /// The greatest time of the rows taken so far, in milliseconds since 1970.
    private(set) var events = Int64.min
    private(set) var labels = Int64.min

    /// A row's time on its input's clock; one without a time (`Int64.min`) stands where its input does.
    private func clock(_ input: Input, of time: Int64) -> Int64 { max(input == .events ? events : labels, time) }

    /// The input to take from; nil: there is no row.
    ///
    /// - Parameters: the times of the next rows, `Int64.min` where a row has none; nil: there is no row.
    public func next(event: Int64?, label: Int64?) -> Input? {
        switch (event, label) {
        case (nil, nil): nil
        case (_?, nil): .events
        case (nil, _?): .labels
        case (let event?, let label?): clock(.events, of: event) <= clock(.labels, of: label) ? .events : .labels
        }
    }

    /// How far a label of this time is behind the events that were taken, in milliseconds; below 0: it is ahead.
    func lag(ofLabel time: Int64) -> Int64 {
        let lag = events.subtractingReportingOverflow(time == .min ? labels : time)
        return lag.overflow ? .min : lag.partialValue
    }

    /// A row was taken; gives the clock that it stands at.
    mutating func take(_ input: Input, at time: Int64) -> Int64 {
        let clock = clock(input, of: time)
        if input == .events { events = clock } else { labels = clock }
        return clock
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(events)
        writer.write(labels)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        events = try reader.read()
        labels = try reader.read()
    }
}
