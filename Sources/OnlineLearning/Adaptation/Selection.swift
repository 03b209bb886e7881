#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// When the models of a topology are compared, so that the best one answers.
public enum SelectionMode: String, Sendable, CaseIterable {
    /// At every labelled event; a drift lowers the proof that is asked for.
    case always
    /// For some time after a drift.
    case atDrift = "at_drift"
    /// Never: the first model answers.
    case never
}

/// Makes the challenger that is proven better on the same events the champion. The one that it replaces is a challenger
/// from then on and comes back by the same proof. So does the shadow: the model that a fresh one has replaced.
///
/// Where nothing has changed, a model that was no better is promoted once in 2000 runs of events that one of
/// them wins, at most; a drift makes it likely that something has changed, and for 2000 labelled events odds of
/// twenty to one are enough. Both are shared among the challengers. Cost: per challenger and labelled event 2 ns, and a
/// logarithm where it and the champion differ.
final class Selection: Snapshottable {
    private static let odds = 2000.0
    private static let oddsAfterDrift = 20.0
    /// Labelled events for which a drift keeps the question open.
    private static let span: UInt64 = 2000
    /// Labelled events over which a challenger must have been better.
    private static let least: UInt64 = 50

    /// A challenger that is better, and the mean losses that show it.
    struct Promotion {
        /// Its index, or nil: the shadow.
        var model: Int?
        var before: Double
        var after: Double
    }

    /// Per model, and of the shadow; the champion's rests.
    private let evidence: FlatBuffer<PairedEvidence>
    /// Logarithms of odds: for a model, for the shadow, and for both after a drift.
    private let threshold: Double
    private let shadowThreshold: Double
    private let thresholdAfterDrift: Double
    private let choosesModels: Bool
    private var openLeft: UInt64 = 0

    init(_ mode: SelectionMode, models: Int) {
        evidence = FlatBuffer(models + 1, repeating: PairedEvidence())
        choosesModels = mode != .never
        let rivals = Double(max(choosesModels ? models - 1 : 1, 1))
        shadowThreshold = log(Self.odds * rivals)
        threshold = mode == .always ? shadowThreshold : .infinity
        thresholdAfterDrift = log(Self.oddsAfterDrift * rivals)
    }

    /// Something has changed: who is best is an open question.
    func reopen() { openLeft = Self.span }

    /// Another champion: what was compared with the one before says nothing of it.
    func restart() {
        for index in evidence.indices { evidence[index] = PairedEvidence() }
    }

    /// Another model stands at that place.
    func restart(_ index: Int) { evidence[index] = PairedEvidence() }

    /// Compares the champion on one labelled event with all that could be in its place, each by what it had answered.
    ///
    /// - Parameters:
    ///   - sequence: the event's number: who was made later did not answer it.
    ///   - shadow: the shadow's loss, or nil: there is none.
    ///   - tuning: asks more than proof of its challengers.
    func compare(
        _ slots: borrowing FlatBuffer<Unmanaged<ModelSlot>>, champion: Int, sequence: UInt64, shadow: Double?,
        _ tuning: Tuning?
    ) -> Promotion? {
        let isOpen = openLeft > 0
        if isOpen { openLeft -= 1 }
        let loss = slots[champion]._withUnsafeGuaranteedRef { $0.answer.loss }
        var best: Int?
        func weigh(_ index: Int, _ other: Double, _ bound: Double) {
            evidence.base[index].add(first: loss, second: other)
            guard evidence[index].secondIsBetter(byLog: isOpen ? thresholdAfterDrift : bound, over: Self.least),
                best == nil || evidence[index].logOdds > evidence[best!].logOdds,
                tuning?.allows(index, champion: champion) ?? true
            else { return }
            best = index
        }
        if choosesModels {
            for index in slots.indices where index != champion {
                let (other, lived) = slots[index]._withUnsafeGuaranteedRef { ($0.answer.loss, $0.born <= sequence) }
                if lived { weigh(index, other, threshold) }
            }
        }
        if let shadow { weigh(slots.count, shadow, shadowThreshold) }
        guard let best else { return nil }
        let means = evidence[best].means
        return Promotion(model: best < slots.count ? best : nil, before: means.first, after: means.second)
    }

    var memoryBytes: Int { evidence.bytes + 64 }

    func write(to writer: inout SnapshotWriter) {
        writer.write(openLeft)
        for index in evidence.indices { evidence[index].write(to: &writer) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        openLeft = try reader.read()
        guard openLeft <= Self.span else { throw SnapshotError("the snapshot compares models for too long") }
        for index in evidence.indices { try evidence.base[index].read(from: &reader) }
    }
}
