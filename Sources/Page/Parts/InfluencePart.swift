import Engine
import Text
import Topology

/// What the answers depend on, and how that changed: each input's share over the range.
struct InfluencePart {
    let facts: Facts
    let wording: Wording

    private static let bins = 120
    private static let most = 10
    /// A difference of shares that says nothing.
    private static let tie = 0.03

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
        func largest(_ shares: [Double]) -> [Int] { shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) } }
        func name(_ index: Int) -> String { wording.input(facts.subject.words.features[index].name) }
        let order = largest(now)
        if let before, let former = largest(before.shares).first {
            // Two that were as good as equal have not changed places.
            let isSame = before.shares[former] - before.shares[order[0]] < Self.tie
            let shown = before.shares[isSame ? order[0] : former]
            let words = [
                "t": wording.place(before.until), "a": name(order[0]), "x": Figures.percent(now[order[0]]),
                "y": Figures.percent(shown),
            ]
            guard !isSame else { return Sentence.influenceSame.said(words) }
            return Sentence.influenceMoved.said(words.merging(["b": name(former)]) { $1 })
        }
        guard order.count > 1 else { return Sentence.influenceOne.said(["a": name(order[0])]) }
        return Sentence.influence.said([
            "a": name(order[0]), "x": Figures.percent(now[order[0]]), "b": name(order[1]),
            "y": Figures.percent(now[order[1]]),
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
