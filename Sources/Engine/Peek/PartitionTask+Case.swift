import OnlineLearning
import Topology

/// An answer that was looked at closely, for people.
public struct ExplainedEvent: Sendable {
    /// The event's id, or empty: it has none.
    public var id: String
    /// Its partition.
    public var partition: Int32
    /// Its offset in the input topic.
    public var offset: Int64
    /// Its time, in seconds since 1970.
    public var time: Double
    /// The answer, and why.
    public var answer: ExplainedAnswer
}

/// The last alarm, until somebody explains it.
final class HeldCase {
    let event: Event
    var id = ""
    var offset: Int64 = 0
    var time: Int64 = 0

    init(width: Int) { event = Event(width: width) }
}

extension PartitionTask {
    /// Keeps the event that was just answered, where it is an alarm, or any event where there are no alarms. Once each time
    /// that it is wanted.
    @inline(never)
    func hold(_ prediction: Prediction, offset: Int64, at time: Int64) {
        guard topology.pipeline.task != .binary || prediction.classIndex == 1 else { return }
        wantsCase = false
        let held = HeldCase(width: event.width)
        held.event.slots.update(from: event.slots, count: event.width)
        held.id = String(decoding: event.id, as: UTF8.self)
        held.offset = offset
        held.time = time
        self.held = held
    }

    /// Explains what is held, by the model of now. Cost: see `Pipeline.explain`.
    func explainHeld() {
        guard let held else { return }
        self.held = nil
        guard let answer = explain(held.event, reasons: 3) else { return }
        counters.explained = ExplainedEvent(
            id: held.id, partition: partition, offset: held.offset, time: Double(held.time) / 1000, answer: answer)
    }
}

extension PartitionTask {
    /// Events have come since the last answer that was looked at.
    var isUnweighed: Bool { counters.events > weighed && isReady && recent.count > 0 }

    /// Looks at what one answer of late rests on. Cost: see `Pipeline.explain`.
    func weighInputs() {
        weighed = counters.events
        let event = Event(width: event.width)
        event.slots.update(from: recent[influence.count % recent.count], count: event.width)
        guard let found = pipeline.explain(event, against: recent) else { return }
        influence.add(found)
        counters.influence = influence.shares
    }
}

/// When the next answer is explained for people who look.
struct CaseClock {
    /// At most so much of the worker's time goes into explaining.
    private static let share = 200
    private var next: ContinuousClock.Instant?

    func isDue(_ now: ContinuousClock.Instant) -> Bool { next.map { now >= $0 } ?? true }

    mutating func took(_ duration: Duration, at now: ContinuousClock.Instant) {
        next = now + max(.seconds(2), duration * Self.share)
    }
}

extension WorkerSession {
    /// Explains the newest alarm of its tasks and weighs the inputs of one of them, where somebody may look, every two seconds
    /// at most.
    func explainNewest() {
        let now = context.clock.now
        guard context.settings.followsTopics, cases.isDue(now) else { return }
        let newest = tasks.values.filter { $0.held != nil }.max { ($0.held?.time ?? 0) < ($1.held?.time ?? 0) }
        newest?.explainHeld()
        tasks.values.filter(\.isUnweighed).min { $0.influence.count < $1.influence.count }?.weighInputs()
        for task in tasks.values { task.wantsCase = true }
        cases.took(context.clock.now - now, at: now)
    }
}
