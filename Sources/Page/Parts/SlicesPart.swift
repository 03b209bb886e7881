import OnlineLearning
import Text

/// For which events it is wrong most often: the parts that `slices` tells apart, over the whole stream.
struct SlicesPart {
    let facts: Facts
    let wording: Wording

    private static let most = 8

    /// One part in all partitions together.
    private struct Slice {
        var name: String
        var labelled = 0.0
        /// Sums of errors, of those of late, and of half the intervals' lengths.
        var loss = 0.0
        var late = 0.0
        var doubt = 0.0

        var error: Double { loss / labelled }
    }

    /// Nil where no parts are told apart, or none has enough outcomes yet.
    var json: JSON? {
        let slices = self.slices.sorted { ($1.error, $0.name) < ($0.error, $1.name) }
        guard let worst = slices.first else { return nil }
        let rows = slices.prefix(Self.most).map { slice -> JSON in
            [
                "name": .text(slice.name), "wrong": .text(wording.short(slice.error)),
                "late": .text(wording.short(slice.late / slice.labelled)),
                "count": .text(Figures.count(slice.labelled)),
                "share": .number(worst.error > 0 ? slice.error / worst.error : 0),
            ]
        }
        return [
            "lead": .text(lead(slices, worst)), "rows": .array(rows),
            "caption": .text(
                Sentence.slicesCaption.said(["n": "\(rows.count)", "all": "\(slices.count)"])),
            "heads": [
                .text(facts.subject.isNumber ? "Off by on average" : "Wrong of \(Figures.count(facts.base))"),
                "Of late", .text("\(wording.items.capitalizedFirst) with outcome"),
            ],
        ]
    }

    private func lead(_ slices: [Slice], _ worst: Slice) -> String {
        // Each event is in one part of each input: all parts together are the mean.
        let mean = slices.reduce(0) { $0 + $1.loss } / slices.reduce(0) { $0 + $1.labelled }
        guard worst.error - mean > worst.doubt / worst.labelled else {
            return Sentence.slicesEven.said(["e": wording.wrong(mean), "items": wording.items])
        }
        return Sentence.slicesWorst.said([
            "slice": worst.name, "e": wording.wrong(worst.error), "all": wording.short(mean), "items": wording.items,
        ])
    }

    /// Where partitions cut an input's numbers at different places, each of their parts is one of its own.
    private var slices: [Slice] {
        var found: [String: Slice] = [:]
        for slice in facts.reports.flatMap(\.slices) {
            let words = slice.slice == "missing" ? "no value" : slice.slice
            let name = "\(wording.input(slice.feature)): \(words)"
            let labelled = Double(slice.labelled)
            var sum = found[name] ?? Slice(name: name)
            sum.labelled += labelled
            sum.loss += slice.error * labelled
            sum.late += slice.late * labelled
            sum.doubt += (slice.interval.upperBound - slice.interval.lowerBound) / 2 * labelled
            found[name] = sum
        }
        return Array(found.values)
    }
}
