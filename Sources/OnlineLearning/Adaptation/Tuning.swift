/// Which parameters the challengers of `tune` have, and when they get others: local moves around the best so far, a fixed
/// number of them alive (ChaCha: Wu et al. 2021, arXiv:2106.04815).
///
/// The centre is the tuned model, or the challenger that was proven better than it (`Selection`). A challenger differs
/// from the centre by one parameter when it begins. It has a lease of labelled events; if it was better than the champion
/// over the second half of it, the lease is renewed, else another move takes its place. Every lease of a place is twice as
/// long as the one before, so that slow learners get their time and a settled stream is left alone; a drift makes them
/// short again. The tuned model itself stays as it was written, for ever. Where only parameters change that what was
/// learned does not depend on, a challenger begins with what the centre knows. Moves are drawn by their number alone.
///
/// The tuned model is not to be fallen behind. Challengers that answer may lose eight answers before they win any; once
/// something is won, the tuned model answers again, without a proof, when nothing is left of it, or of much a quarter. What was
/// lost is owed: the next challenger must be ahead by as much, beside its proof. Cost: 2 ns per challenger and labelled
/// event, and its model.
final class Tuning: Snapshottable {
    /// What a challenger has shown.
    private struct Trial {
        var lease: UInt64
        var left: UInt64
        /// The sum of its losses less the champion's, over the second half of the lease.
        var behind = 0.0
    }

    /// What challengers that answered have won and lost against the tuned model.
    private struct Account {
        /// The tuned model's losses less theirs.
        var won = 0.0
        /// The most of it since the present one answers.
        var most = 0.0
        /// The sum of all challengers' differences from it, whatever their sign, and how many there were.
        var differences = 0.0
        var count = 0.0
        /// Since the present one answers: its losses, the tuned model's, and events.
        var own = 0.0
        var other = 0.0
        var events = 0.0
    }

    /// Answers that challengers may lose before they win any.
    private static let allowance = 8.0
    /// What is kept of the most that was won.
    private static let keptShare = 0.25

    let plan: TuningPlan
    /// The places of the tuned model and of its challengers among the models.
    let base: Int
    let places: [Int]
    private let role: ComponentRole
    private let random: CounterRandom
    private let trials: FlatBuffer<Trial>
    /// By how much each is ahead of the tuned model since it was last level with it, or made.
    private let leads: FlatBuffer<Double>
    /// The place of the model that moves go out from.
    private(set) var centre: Int
    /// Moves that were made so far: the number of the next draw.
    private(set) var moves: UInt64 = 0
    /// There are challengers whose lease has run out.
    private(set) var hasEnded = false
    private var account = Account()
    /// The first moves were told.
    var isAnnounced = false
    /// Hashes of the moves that were tried since the centre changed.
    private var tried: [UInt64] = []

    init?(_ plan: TuningPlan, pipeline: PipelinePlan, task: UInt32) {
        let names = pipeline.models.map(\.name)
        let places = plan.names.compactMap { names.firstIndex(of: $0) }
        guard let base = names.firstIndex(of: plan.model), places.count == plan.challengers else { return nil }
        self.plan = plan
        self.places = places
        (self.base, centre) = (base, base)
        role = pipeline.task == .regression ? .regressor : .classifier
        random = CounterRandom(seed: pipeline.seed, component: StableHash.of("tune"), task: task)
        trials = FlatBuffer(places.count, repeating: Trial(lease: plan.lease, left: plan.lease))
        leads = FlatBuffer(places.count, repeating: 0)
    }

    /// One labelled event, by what every model had answered.
    ///
    /// - Parameter sequence: the event's number: who was made later is not judged by it.
    @inline(__always)
    func step(_ slots: borrowing FlatBuffer<Unmanaged<ModelSlot>>, champion: Int, sequence: UInt64) {
        let loss = slots[champion]._withUnsafeGuaranteedRef { $0.answer.loss }
        let untuned = slots[base]._withUnsafeGuaranteedRef { $0.answer.loss }
        if centre == champion, champion != base { keepAccount(loss, untuned) }
        for index in trials.indices {
            let (other, lives) = slots[places[index]]._withUnsafeGuaranteedRef {
                ($0.answer.loss, $0.born <= sequence && !$0.isFrozen)
            }
            guard lives else { continue }
            keepLead(index, other, untuned)
            let trial = trials.base + index
            guard places[index] != champion, trial.pointee.left > 0 else { continue }
            trial.pointee.left -= 1
            if trial.pointee.left < trial.pointee.lease / 2 { trial.pointee.behind += other - loss }
            if trial.pointee.left == 0, trial.pointee.behind < 0 { begin(index, lease: trial.pointee.lease * 2) }
            if trial.pointee.left == 0 { hasEnded = true }
        }
    }

    /// One event that a challenger answered, with an error where the tuned model's would have been `other`.
    @inline(__always)
    func keepAccount(_ loss: Double, _ other: Double) {
        account.won += other - loss
        account.most = max(account.most, account.won)
        account.own += loss
        account.other += other
        account.events += 1
    }

    /// The same of any challenger, whether it answered or not.
    @inline(__always)
    func keepLead(_ index: Int, _ loss: Double, _ other: Double) {
        guard loss != other else { return }
        leads.base[index] = max(leads[index] + (other - loss), 0)
        account.differences += abs(loss - other)
        account.count += 1
    }

    /// One answer, where models differ: 1 of a classification.
    private var unit: Double { account.count > 0 ? account.differences / account.count : 1 }

    /// Whether a model that is proven better may answer in the champion's place.
    func allows(_ model: Int, champion: Int) -> Bool {
        guard account.won < 0, champion == base, let index = places.firstIndex(of: model) else { return true }
        return leads[index] > -account.won
    }

    /// Nothing is left of what challengers may spend: mean losses since the present one answers.
    var spent: (own: Double, other: Double)? {
        guard centre != base, account.events > 0 else { return nil }
        let beyond = account.most - unit * Self.allowance
        // Who was ahead once is never let fall behind.
        let least = account.most > 0 ? max(min(account.most * Self.keptShare, beyond), 0) : beyond
        guard account.won <= least else { return nil }
        return (account.own / account.events, account.other / account.events)
    }

    private func begin(_ index: Int, lease: UInt64) {
        let lease = min(lease, 1 << 40)
        trials[index] = Trial(lease: lease, left: lease)
    }

    /// The place of a challenger whose lease has run out: its next one begins. Nil: there is none.
    func takeEnded() -> Int? {
        guard let index = trials.indices.first(where: { trials[$0].left == 0 }) else {
            hasEnded = false
            return nil
        }
        begin(index, lease: trials[index].lease * 2)
        leads[index] = 0
        return places[index]
    }

    /// The parameters that a challenger is to try next, or nil: there is no other move.
    func move(_ slots: [ModelSlot]) -> ComponentPlan? {
        let alive = ([base] + places).map { slots[$0].component }
        let all = plan.neighbours(of: slots[centre].component, role).filter { !alive.contains($0) }
        func hash(_ component: ComponentPlan) -> UInt64 { StableHash.of(component.canonicalText) }
        var open = all.filter { !tried.contains(hash($0)) }
        if open.isEmpty { (tried, open) = ([], all) }
        guard !open.isEmpty else { return nil }
        let chosen = open[Int(random.bits(event: moves, draw: 0) % UInt64(open.count))]
        moves &+= 1
        tried.append(hash(chosen))
        return chosen
    }

    /// What the new parameters do not need to learn again.
    func keepsKnowledge(_ component: ComponentPlan, of former: ComponentPlan) -> Bool {
        PipelineChange.fate(former, component, role).goesOn
    }

    /// Another champion: who was compared with the one before begins its lease again.
    func championChanged(_ champion: Int) {
        if champion != centre, champion == base || places.contains(champion) {
            centre = champion
            tried = []
        }
        account.most = account.won
        (account.own, account.other, account.events) = (0, 0, 0)
        for index in trials.indices { begin(index, lease: trials[index].lease) }
    }

    /// Something has changed: short leases, so that what fits now is found soon.
    func reopen() {
        for index in trials.indices {
            let left = min(trials[index].left, plan.lease)
            trials[index] = Trial(lease: plan.lease, left: left)
        }
    }

    var memoryBytes: Int { trials.bytes + leads.bytes + tried.count * 8 + 160 }

    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(centre))
        writer.write(moves)
        writer.write(isAnnounced)
        for value in [
            account.won, account.most, account.differences, account.count, account.own, account.other, account.events,
        ] {
            writer.write(value)
        }
        writer.write(UInt32(tried.count))
        for hash in tried { writer.write(hash) }
        for index in trials.indices {
            writer.write(trials[index].lease)
            writer.write(trials[index].left)
            writer.write(trials[index].behind)
            writer.write(leads[index])
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        centre = Int(try reader.read(UInt32.self))
        guard centre == base || places.contains(centre) else {
            throw SnapshotError("the snapshot tunes a model of another name")
        }
        moves = try reader.read()
        isAnnounced = try reader.readBool()
        account = Account(
            won: try reader.readDouble(), most: try reader.readDouble(), differences: try reader.readDouble(),
            count: try reader.readDouble(),
            own: try reader.readDouble(), other: try reader.readDouble(), events: try reader.readDouble())
        let sums = [
            account.won, account.most, account.differences, account.count, account.own, account.other, account.events,
        ]
        guard !sums.contains(where: \.isNaN) else { throw SnapshotError("the snapshot's tuning account is no number") }
        tried = []
        for _ in 0..<(try reader.read(UInt32.self)) { tried.append(try reader.read()) }
        for index in trials.indices {
            let (lease, left) = (try reader.read(UInt64.self), try reader.read(UInt64.self))
            guard lease > 0, lease <= 1 << 40, left <= lease else {
                throw SnapshotError("the snapshot's lease is out of range")
            }
            trials[index] = Trial(lease: lease, left: left, behind: try reader.readDouble())
            leads[index] = try reader.readDouble()
        }
        hasEnded = trials.indices.contains { trials[$0].left == 0 }
    }
}
