import Engine
import Text
import Topology

/// What the answers depend on, and how that changed: each input's share over the range.
struct InfluencePart {
    let facts: Facts
    let wording: Wording

    private static let bins = 120
    private static let most = 10

    /// Nil before anything is known.
    var json: JSON? {
        guard facts.situation.axis == .clock else { return nil }
        let bins = self.bins
        guard let now = bins.last?.shares, now.count == facts.subject.words.features.count else { return nil }
        let before = earlier(bins)
        let order = now.indices.sorted { (now[$1], $0) < (now[$0], $1) }.prefix(Self.most)
        let high = bins.reduce(0) { most, bin in max(most, order.map { bin.shares[$0] }.max() ?? 0) }
        let rows = order.map { index -> JSON in
            [
                "name": .text(facts.subject.words.features[index].label), "now": .text(Figures.percent(now[index])),
                "before": .text(before.map { Figures.percent($0.shares[index]) } ?? ""),
                "line": .array(bins.map { .array([.number($0.x), .number($0.shares[index])]) }),
            ]
        }
        return [
            "lead": .text(lead(now, before)), "high": .number(high), "rows": .array(rows),
            "head": .text(before.map { "Before \(wording.place($0.until))" } ?? ""),
            "caption": .text(Sentence.influenceCaption.said(["high": Figures.percent(high)])),
        ]
    }

    private func lead(_ now: [Double], _ before: (until: Double, shares: [Double])?) -> String {
        func largest(_ shares: [Double]) -> [(name: String, share: String)] {
            shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }.prefix(2).map {
                (wording.input(facts.subject.words.features[$0].name), Figures.percent(shares[$0]))
            }
        }
        let first = largest(now)
        if let before, let former = largest(before.shares).first {
            let words = ["t": wording.place(before.until), "a": first[0].name, "x": first[0].share, "y": former.share]
            guard former.name != first[0].name else { return Sentence.influenceSame.said(words) }
            return Sentence.influenceMoved.said(words.merging(["b": former.name]) { $1 })
        }
        guard first.count > 1 else { return Sentence.influenceOne.said(["a": first[0].name]) }
        return Sentence.influence.said([
            "a": first[0].name, "x": first[0].share, "b": first[1].name, "y": first[1].share,
        ])
    }

    /// What it was before the newest model took over, or the newest change began.
    private func earlier(_ bins: [InfluenceSample]) -> (until: Double, shares: [Double])? {
        guard let change = facts.change else { return nil }
        let until = change.handled?.x ?? change.mark.began
        guard let last = bins.last(where: { $0.x < min(change.mark.began, until) }) else { return nil }
        return (until, last.shares)
    }

    /// The mean of all partitions that say something, over stretches of the range.
    private var bins: [InfluenceSample] {
        let (from, to) = (facts.situation.from, facts.situation.to)
        let samples = facts.situation.past.sorted { $0.key < $1.key }.flatMap(\.value.influence)
        let first = samples.map(\.x).min() ?? to
        let start = max(from, first)
        let width = max((to - start) / Double(Self.bins), 1)
        var sums: [Int: (count: Double, shares: [Double])] = [:]
        for sample in samples where sample.x >= start && sample.x <= to {
            let bin = min(Int((sample.x - start) / width), Self.bins - 1)
            let sum = sums[bin]
            guard sum.map({ $0.shares.count == sample.shares.count }) ?? true else { continue }
            sums[bin] = (
                (sum?.count ?? 0) + 1,
                sum.map { zip($0.shares, sample.shares).map { $0 + $1 } } ?? sample.shares
            )
        }
        return sums.sorted { $0.key < $1.key }.map { bin, sum in
            InfluenceSample(x: start + (Double(bin) + 0.5) * width, shares: sum.shares.map { $0 / sum.count })
        }
    }
}
