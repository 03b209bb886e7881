/// Numbers in their own unit, with what stands alone cut off: one sentinel or overflow blinds no detector.
///
/// A value farther out than the fourth highest (lowest) of the last 256 to 512 counts as no more than that plus the
/// span between the two; five deviations of a normal sequence pass whole, a new level passes with its fourth value.
/// The first eight values are only looked at. A feature that is almost always the same word or number loses what is
/// rarer than 4 in 256. Errors pass as they are. Cost: 3 ns; 152 bytes.
struct SteadyInput {
    private static let block: UInt16 = 256
    private static let least: UInt16 = 8

    /// The four highest and lowest of a block, outermost first.
    private struct Ends {
        var highs = SIMD4<Double>(repeating: -.infinity)
        var lows = SIMD4<Double>(repeating: .infinity)

        @inline(__always)
        mutating func add(_ value: Double) {
            if value > highs[3] { addHigh(value) }
            if value < lows[3] { addLow(value) }
        }

        private mutating func addHigh(_ value: Double) {
            highs[3] = value
            for index in stride(from: 3, to: 0, by: -1) where highs[index] > highs[index - 1] {
                (highs[index], highs[index - 1]) = (highs[index - 1], highs[index])
            }
        }

        private mutating func addLow(_ value: Double) {
            lows[3] = value
            for index in stride(from: 3, to: 0, by: -1) where lows[index] < lows[index - 1] {
                (lows[index], lows[index - 1]) = (lows[index - 1], lows[index])
            }
        }
    }

    private var earlier = Ends()
    private var present = Ends()
    private var count: UInt16 = 0
    private var isReady = false

    /// The input as a number without outliers, or NaN: not finite, or too few seen so far.
    @inline(__always)
    mutating func admit(_ input: DetectorInput) -> Double {
        if case .error(let wrong) = input { return wrong ? 1 : 0 }
        return cut(input.number)
    }

    private mutating func cut(_ value: Double) -> Double {
        guard value.isFinite else { return .nan }
        if count == Self.block {
            earlier = present
            present = Ends()
            count = 0
        }
        present.add(value)
        count += 1
        if !isReady {
            isReady = count >= Self.least
            return .nan
        }
        let high = max(earlier.highs[3], present.highs[3])
        let low = min(earlier.lows[3], present.lows[3])
        let span = high - low
        return min(max(value, low - span), high + span)
    }

    func write(to writer: inout SnapshotWriter) {
        for ends in [earlier, present] {
            for index in 0..<4 {
                writer.write(ends.highs[index])
                writer.write(ends.lows[index])
            }
        }
        writer.write(count)
        writer.write(isReady)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        earlier = try readEnds(&reader)
        present = try readEnds(&reader)
        count = try reader.read()
        isReady = try reader.readBool()
        guard count <= Self.block else { throw SnapshotError("the snapshot's block has \(count) inputs") }
    }

    private func readEnds(_ reader: inout SnapshotReader) throws(SnapshotError) -> Ends {
        var ends = Ends()
        for index in 0..<4 {
            ends.highs[index] = try reader.readDouble()
            ends.lows[index] = try reader.readDouble()
        }
        return ends
    }
}
