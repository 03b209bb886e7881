#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Watches one feature for values that are wrong rather than new: missing in a row, of another unit, words that nobody
/// knows. Cost: two gauges per event; a number per category.
final class FeatureGuard {
    /// Events for which a word is new.
    private static let newFor: UInt64 = 1000

    let name: String
    private let slot: Int
    private let missing: Gauge
    /// The size of a number, or words that are new; nil: neither.
    private let other: Gauge?
    /// The event, of those that were in order, at which a category was first met, and one more; 0: never.
    private let firstMet: FlatBuffer<UInt64>

    init?(_ name: String, _ schema: Schema, _ plan: QuarantinePlan) {
        guard let slot = schema.slot(of: name) else { return nil }
        let feature = schema.features[slot]
        self.name = name
        self.slot = slot
        missing = Gauge(.share, plan)
        switch feature.kind {
        case .numeric: other = Gauge(.scale, plan)
        case .categorical: other = Gauge(.share, plan)
        default: other = nil
        }
        firstMet = FlatBuffer(feature.kind == .categorical ? feature.maxCategories : 0, repeating: 0)
    }

    /// - Parameters:
    ///   - clock: events that were in order.
    ///   - isUsual: it is one of them.
    func see(_ row: UnsafePointer<Double>, clock: UInt64, isUsual: Bool) {
        let value = row[slot]
        missing.add(value.isNaN ? 1 : 0, isUsual: isUsual)
        guard let other, !value.isNaN else { return }
        if firstMet.count > 0 {
            other.add(isNew(Int(value), clock) ? 1 : 0, isUsual: isUsual)
        } else if value != 0, value.isFinite {
            other.add(log2(abs(value)), isUsual: isUsual)
        }
    }

    private func isNew(_ index: Int, _ clock: UInt64) -> Bool {
        guard firstMet.indices.contains(index) else { return true }
        if firstMet[index] == 0 { firstMet[index] = clock + 1 }
        return clock + 1 - firstMet[index] < Self.newFor
    }

    /// What is wrong, in words, or nil.
    var fault: String? {
        if missing.isOff {
            return
                "\(name) is missing in \(percent(missing.now)) of the last events, usually in \(percent(missing.usually))"
        }
        guard let other, other.isOff else { return nil }
        if firstMet.count > 0 {
            return "\(name) has words that nobody knew in \(percent(other.now)) of the last events, "
                + "usually in \(percent(other.usually))"
        }
        let factor = min(exp2(abs(other.now - other.usually)), 1e9)
        return
            "\(name) has values about \(Int(factor.rounded())) times \(other.now > other.usually ? "larger" : "smaller") "
            + "than usual"
    }

    private func percent(_ share: Double) -> String { "\(Int((min(max(share, 0), 1) * 100).rounded())) %" }

    /// - Parameter isCause: it must be known to be as usual.
    func isSettled(isCause: Bool) -> Bool {
        guard isCause else { return !missing.isDoubtful && !(other?.isDoubtful ?? false) }
        // What is not known yet may be wrong still; a feature of which nothing was known before says nothing.
        return !missing.isUnsettled && !(other.map { $0.isMature && $0.isUnsettled } ?? false)
    }

    func clear() {
        missing.clear()
        other?.clear()
    }

    func forget() {
        missing.forget()
        other?.forget()
    }

    var memoryBytes: Int { missing.memoryBytes + (other?.memoryBytes ?? 0) + firstMet.bytes }

    func write(to writer: inout SnapshotWriter) {
        missing.write(to: &writer)
        other?.write(to: &writer)
        for index in firstMet.indices { writer.write(firstMet[index]) }
    }

    /// - Parameter clock: events until then: no word was met later.
    func read(from reader: inout SnapshotReader, clock: UInt64) throws(SnapshotError) {
        try missing.read(from: &reader)
        try other?.read(from: &reader)
        for index in firstMet.indices {
            firstMet[index] = try reader.read()
            guard firstMet[index] <= clock &+ 1 else {
                throw SnapshotError("the snapshot's '\(name)' has a word that was met later")
            }
        }
    }
}
