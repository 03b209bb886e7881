/// How long a turn of the loop waits before it looks again: for what may come, and not in order to look.
///
/// A record that comes alone costs a fetch, a wake-up and a turn. Where predictions appear with their commit, nobody sees
/// them sooner for that, so a turn that found few records lets others gather first.
struct TurnPace {
    /// Records in a turn from which on there is no pause.
    static let many = 256
    /// Pause in which records gather, at most; a twentieth of the commit interval.
    static let breath = Duration.milliseconds(5)
    /// The longest wait: status, groups and clocks are looked at so often.
    static let longest = Duration.milliseconds(100)

    enum Wait: Equatable {
        case none
        /// Until something rings, at most milliseconds.
        case ring(Int32)
        /// Whatever rings.
        case rest(Int32)
    }

    private let breath: Duration

    /// - Parameter gathers: predictions appear with their commit.
    init(commitInterval: Duration, gathers: Bool) {
        breath = gathers ? min(Self.breath, commitInterval / 20) : .zero
    }

    /// - Parameters:
    ///   - worked: records of the last turn.
    ///   - isBusy: something goes on by itself: a restore, a drain.
    ///   - due: until something is to be handed over; nil: there is nothing.
    func wait(worked: Int, isBusy: Bool, due: Duration?) -> Wait {
        guard !isBusy, worked < Self.many else { return .none }
        let left = min(due ?? Self.longest, Self.longest)
        if worked > 0 {
            let milliseconds = min(breath, left).wholeMilliseconds
            return milliseconds > 0 ? .rest(milliseconds) : .none
        }
        return .ring(max(1, left.wholeMilliseconds))
    }
}
