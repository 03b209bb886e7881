import Foundation
import OnlineLearning

/// What must come of events and labels with times, worked out id by id from the declared rules: slow, and nothing of it
/// shared with the engine. Source: `protocol.md`, "Late labels, precisely".
struct LabelOracle {
    struct Row {
        var isEvent: Bool
        var id: String
        var time: Int64
        /// Of a label: its class, or nil: no value.
        var label: Int?
        /// Of an event: its number.
        var number = 0
    }

    var within: Int64
    var lateWithin: Int64
    /// The class that a timeout teaches, or nil: none.
    var timeout: Int?
    var corrects: Bool
    var lastCounts: Bool
    private(set) var counts: [String: Int] = [:]
    /// Per event: the class it was scored against when the label came, and the one that is known at the end.
    private(set) var arrival: [Int: Int] = [:]
    private(set) var final: [Int: Int] = [:]

    init(within: Int64, lateWithin: Int64, timeout: Int?, corrects: Bool, lastCounts: Bool) {
        (self.within, self.lateWithin, self.timeout) = (within, lateWithin, timeout)
        (self.corrects, self.lastCounts) = (corrects, lastCounts)
    }

    private enum State {
        case nothing
        case early(Int?, due: Int64)
        case open(Int, due: Int64)
        case timedOut(Int, gone: Int64, taught: Int?)
        case closed(Int, gone: Int64, label: Int?)
    }

    private mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    /// Events and labels in the order of their records.
    mutating func run(events: [Row], labels: [Row]) {
        var rows: [(clock: Int64, lane: Int, index: Int, row: Row)] = []
        for (lane, records) in [events, labels].enumerated() {
            var clock = Int64.min
            for (index, row) in records.enumerated() {
                clock = max(clock, row.time)
                rows.append((clock, lane, index, row))
            }
        }
        rows.sort { ($0.clock, $0.lane, $0.index) < ($1.clock, $1.lane, $1.index) }
        counts["taken"] = labels.count
        let end = rows.last?.clock ?? .min
        for (_, mine) in Dictionary(grouping: rows, by: { $0.row.id }) {
            var state = State.nothing
            for (clock, _, _, row) in mine {
                state = expired(state, clock)
                state = row.isEvent ? scored(state, row) : labelled(state, row)
            }
            switch expired(state, end) {
            case .open: count("waiting")
            case .early: count("unmatched")
            default: break
            }
        }
    }

    private mutating func expired(_ state: State, _ clock: Int64) -> State {
        switch state {
        case .open(let event, let due) where clock > due:
            count("timed_out")
            if let timeout {
                arrival[event] = timeout
                final[event] = timeout
            }
            return expired(.timedOut(event, gone: due + lateWithin, taught: timeout), clock)
        case .early(_, let due) where clock > due:
            count("orphan")
            return .nothing
        case .timedOut(_, let gone, _) where clock > gone: return .nothing
        case .closed(_, let gone, _) where clock > gone: return .nothing
        default: return state
        }
    }

    private mutating func close(_ event: Int, _ due: Int64, _ label: Int?) -> State {
        if let label {
            count("matched")
            arrival[event] = label
            final[event] = label
        } else {
            count("withdrawn")
        }
        return .closed(event, gone: due + lateWithin, label: label)
    }

    private mutating func scored(_ state: State, _ row: Row) -> State {
        if case .open = state { count("superseded") }
        if case .early(let label, _) = state { return close(row.number, row.time + within, label) }
        return .open(row.number, due: row.time + within)
    }

    private mutating func labelled(_ state: State, _ row: Row) -> State {
        switch state {
        case .nothing:
            count("early")
            return .early(row.label, due: row.time + within)
        case .open(let event, let due): return close(event, due, row.label)
        case .early(let label, let due):
            if label == row.label {
                count("duplicate")
            } else if lastCounts {
                count("corrected")
                return .early(row.label, due: due)
            } else {
                count("conflict")
            }
            return state
        case .timedOut(let event, let gone, let taught):
            count("late")
            guard let label = row.label else { return .closed(event, gone: gone, label: taught) }
            if corrects { final[event] = label }
            return .closed(event, gone: gone, label: label)
        case .closed(let event, let gone, let label):
            if label == row.label {
                count("duplicate")
            } else if lastCounts, let new = row.label {
                count("corrected")
                final[event] = new
                return .closed(event, gone: gone, label: new)
            } else {
                count("conflict")
            }
            return state
        }
    }
}
