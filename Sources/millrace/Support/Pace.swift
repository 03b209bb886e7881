import Console
import Foundation

/// Holds a loop to a rate of events per second.
struct Pace {
    private let perSecond: Double?
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    /// Nil: as fast as possible.
    init(perSecond: Double?) {
        self.perSecond = perSecond
        start = clock.now
    }

    /// `N`, `N/s`, `N/m` or `N/h`.
    static func perSecond(_ text: String) throws(CommandFailure) -> Double {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        let units = ["s": 1.0, "m": 60, "h": 3600]
        guard let number = parts.first.flatMap({ Double($0) }), number > 0, number.isFinite,
            let unit = units[parts.count > 1 ? parts[1] : "s"]
        else { throw CommandFailure(.usage, "millrace: `--rate \(text)`: needs a number above 0, as in 500/s, 30/m") }
        return number / unit
    }

    /// How many of the events after `done` are due now, at least 0; `Int.max` without a rate.
    func due(after done: Int) -> Int {
        guard let perSecond else { return .max }
        return max(0, Int((clock.now - start) / .seconds(1) * perSecond) + 1 - done)
    }

    /// Sleeps until another event is due, and at least 5 ms: at thousands of events per second a wake for each of them
    /// costs more than all the rest.
    func wait(after done: Int) {
        guard let perSecond else { return }
        let next = Double(done) / perSecond - (clock.now - start) / .seconds(1)
        if next > 0 { Thread.sleep(forTimeInterval: min(max(next, 0.005), 0.01)) }
    }
}
