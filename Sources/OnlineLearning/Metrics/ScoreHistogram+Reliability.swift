extension ScoreHistogram {
    /// Halvings that are told apart on either side: below 1/32 and above 31/32 all is one.
    private static let halvings = 5

    /// Ranges of the probability with their counts, from 0 to 1, empty ones left out. Cost: the cells in use.
    var reliability: [ReliabilityBin] {
        let root = Int(Self.code(0.5) >> 52)
        // The root cell of 2^-5 stands that many cells below the one of one half.
        let lowest = root - Self.halvings
        var bins: [ReliabilityBin] = []
        for step in 0..<(2 * Self.halvings) {
            let first = step == 0 ? 0 : lowest + step
            let last = step == 2 * Self.halvings - 1 ? Self.cellCount - 1 : lowest + step
            var (events, positives, weight) = (0.0, 0.0, 0.0)
            for place in first...last {
                visit(place, UInt64(place) << 52, 48) { middle, up, down in
                    events += up + down
                    positives += up
                    weight += (up + down) * middle
                }
            }
            guard events > 0 else { continue }
            let low = step == 0 ? 0 : Self.probability(UInt64(lowest + step) << 52)
            let high = step == 2 * Self.halvings - 1 ? 1 : Self.probability(UInt64(lowest + step + 1) << 52)
            bins.append(
                ReliabilityBin(low: low, high: high, mean: weight / events, events: events, positives: positives))
        }
        return bins
    }

    /// The probability of a code.
    private static func probability(_ code: UInt64) -> Double {
        let half = (0.5).bitPattern
        return code < half ? Double(bitPattern: code) : 1 - Double(bitPattern: 2 * half - min(code, 2 * half))
    }

    /// The counts of a cell and of all cells that it was cut into, each with the probability in its middle.
    private func visit(
        _ place: Int, _ code: UInt64, _ shift: Int, _ take: (_ middle: Double, _ up: Double, _ down: Double) -> Void
    ) {
        let cell = counts(place)
        if cell.up + cell.down > 0 {
            let middle = Self.probability(code) / 2 + Self.probability(code + (1 << UInt64(shift + 4))) / 2
            take(middle, cell.up, cell.down)
        }
        guard cell.page > 0 else { return }
        for child in 0..<16 { visit(cell.page + child, code + UInt64(child) << UInt64(shift), shift - 4, take) }
    }
}
