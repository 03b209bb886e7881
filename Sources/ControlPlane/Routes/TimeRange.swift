import Foundation
import Page

/// The range that a request asks for: `last=6h`, or `from` and `to` in UTC.
struct TimeRange {
    /// What is wrong with it.
    struct Fault: Error {
        var text: String
    }

    var reaching: Double?
    var from: Double?
    var to: Double?

    static let parameters = [
        Route.Parameter(name: "last", description: "How far back from now, 1m to 7d; absent: as far as is known"),
        Route.Parameter(name: "from", description: "The range's begin, as 2026-05-12T08:32Z; needs `to`"),
        Route.Parameter(name: "to", description: "The range's end; needs `from`"),
    ]

    init(_ query: [String: String]) throws(Fault) {
        if let last = query["last"] {
            guard let unit = last.last, let seconds = ["m": 60.0, "h": 3600, "d": 86_400][unit],
                let count = Int(last.dropLast()), (1...10_000).contains(count), Double(count) * seconds <= 604_800
            else { throw Fault(text: "`last=\(last)`: give minutes, hours or days, 1m to 7d.") }
            reaching = Double(count) * seconds
        }
        guard query["from"] != nil || query["to"] != nil else { return }
        func time(_ name: String) -> Double? {
            query[name].flatMap { text in
                // Minutes are enough for people.
                let isShort = text.count == 17 && text.hasSuffix("Z")
                return ISO8601DateFormatter().date(from: isShort ? text.dropLast() + ":00Z" : text)
            }?.timeIntervalSince1970
        }
        guard let from = time("from"), let to = time("to"), from < to, to - from <= 604_800 else {
            throw Fault(text: "`from` and `to`: give two times as 2026-05-12T08:32Z, at most 7 days apart.")
        }
        (self.from, self.to, reaching) = (from, to, nil)
    }

    /// What stands in a key of a cache.
    var key: String { "\(reaching ?? 0) \(from ?? 0) \(to ?? 0)" }

    func situation(_ entry: Engines.Entry) -> Situation {
        Situation(entry.subject, entry.status, reaching: reaching, from: from, to: to)
    }
}
