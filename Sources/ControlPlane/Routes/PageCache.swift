import Synchronization

/// Answers of the present second: however many viewers ask, each range is worked out once.
final class PageCache: Sendable {
    private struct State {
        var second = -1.0
        var answers: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// The answer of this second, made where there is none yet. `make` runs on the caller's thread.
    func answer(_ key: String, at time: Double, _ make: () -> String) -> String {
        let second = time.rounded(.down)
        let known = state.withLock { state in
            if state.second != second { state = State(second: second) }
            return state.answers[key]
        }
        if let known { return known }
        let made = make()
        // Ranges are named by those who ask: a second has room for so many.
        state.withLock { if $0.second == second, $0.answers.count < 32 { $0.answers[key] = made } }
        return made
    }
}
