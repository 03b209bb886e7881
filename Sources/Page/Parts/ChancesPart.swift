import OnlineLearning
import Text

/// Whether the chances that were published are right: how often the positive class followed, by range.
struct ChancesPart {
    let facts: Facts
    let wording: Wording

    /// Outcomes that a range needs before it is judged.
    private static let need = 100.0

    /// The ranges of all partitions together.
    private var bins: [ReliabilityBin] {
        var found: [ReliabilityBin] = []
        for bin in facts.reports.flatMap(\.reliability) {
            guard let index = found.firstIndex(where: { $0.low == bin.low }) else {
                found.append(bin)
                continue
            }
            let both = found[index].events + bin.events
            found[index].mean = (found[index].mean * found[index].events + bin.mean * bin.events) / both
            found[index].events = both
            found[index].positives += bin.positives
        }
        return found.sorted { $0.low < $1.low }
    }

    var json: JSON? {
        let bins = bins
        guard facts.subject.task == .binary, !bins.isEmpty else { return nil }
        return [
            "lead": .text(lead(bins)), "positive": .text(wording.positive),
            "caption": .text("How often \(wording.positive) followed"),
            "bins": .array(
                bins.map { bin in
                    let (low, high) = Self.interval(bin)
                    return .array([
                        .number(bin.low), .number(bin.high), .number(bin.mean), .number(bin.events),
                        .number(bin.positives), .number(low), .number(high),
                    ])
                }),
        ]
    }

    /// Where the true share lies in 95 of 100 cases (Wilson 1927, doi:10.2307/2276774).
    private static func interval(_ bin: ReliabilityBin) -> (low: Double, high: Double) {
        let z = 1.96, share = bin.positives / bin.events
        let scale = 1 + z * z / bin.events
        let middle = (share + z * z / 2 / bin.events) / scale
        let half =
            z * (share * (1 - share) / bin.events + z * z / 4 / bin.events / bin.events).squareRoot() / scale
        return (max(0, middle - half), min(1, middle + half))
    }

    private func lead(_ bins: [ReliabilityBin]) -> String {
        let judged = bins.filter { $0.events >= Self.need }
        guard !judged.isEmpty else { return Sentence.chancesEarly.said(["need": Figures.count(Self.need)]) }
        // The range that is furthest off, where that is more than five of 100; else the one that says most.
        let off = judged.max { abs($0.positives / $0.events - $0.mean) < abs($1.positives / $1.events - $1.mean) }
        if let off, abs(off.positives / off.events - off.mean) > 0.05 {
            let isSure = off.positives / off.events < off.mean
            return (isSure ? Sentence.chancesSure : .chancesShy).said(words(off))
        }
        return Sentence.chancesRight.said(words(judged.last ?? bins[0]))
    }

    private func words(_ bin: ReliabilityBin) -> [String: String] {
        [
            "lo": Figures.decimals(bin.low * 100, 0), "hi": Figures.percent(bin.high), "positive": wording.positive,
            "k": Figures.ofHundred(bin.positives / bin.events),
        ]
    }
}
