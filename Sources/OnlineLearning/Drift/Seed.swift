#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// SEED: ADWIN's test between blocks of a window whose alike neighbours are merged.
///
/// Huang et al. 2014, doi:10.1109/ICDM.2014.158. Where we differ, natively: the variance is added up as Welford does
/// (MOA uses the mean after the input), `epsilon` is in
/// standard deviations and the same along the window (in MOA it grows, and nearly all becomes one block), outliers are cut (see `SteadyInput`) and dependence of neighbours is accounted
/// for (see `Dependence`), one change is reported once, and 512 blocks are the most there are. Cost: 20 ns per input; 24 bytes per block.
public final class Seed: DriftDetector {
    public static let description = ComponentDescription(
        name: "seed", role: .detector,
        summary: "Compares the parts of a window of blocks; neighbours that are alike become one block.",
        source: "Huang et al. 2014, doi:10.1109/ICDM.2014.158.", cost: "A square root per block, once per block.",
        parameters: [
            ParameterDescription(
                "delta", .number(1e-12...0.999, default: 0.05), "Confidence: the lower, the fewer false alarms."),
            ParameterDescription("block_size", .integer(1...1_000_000, default: 32), "Inputs in a block."),
            ParameterDescription(
                "compression_term", .integer(1...1_000_000, default: 75), "Blocks between two merges of neighbours."),
            ParameterDescription(
                "epsilon", .number(0...1, default: 0.01),
                "Difference of means up to which neighbours are merged, in standard deviations; with MOA in the input's unit."
            ),
            ParameterDescription(
                "alpha", .number(0...1, default: 0.8), "With MOA: growth of `epsilon` from block to block."),
            DetectorCompatibility.parameter(.moa),
        ])

    private struct Block {
        var count = 0.0
        var sum = 0.0
        /// Sum of squared deviations from its mean; with MOA what its inputs added to the window's.
        var spread = 0.0
    }

    private static let mostBlocks = 512
    private let delta: Double
    private let blockSize: Double
    private let term: Int
    private let epsilon: Double
    private let alpha: Double
    private let mode: DetectorCompatibility
    /// Oldest first; the last one grows.
    private let blocks: UnsafeMutablePointer<Block>
    private var used = 1
    private var count = 0.0
    private var sum = 0.0
    private var spread = 0.0
    private var sinceMerge = 0
    private var steady = SteadyInput()
    private var dependence = Dependence()
    private var isOpen = false
    public private(set) var lastChange = DriftChange()

    public init(parameters: ParameterValues, context: ComponentContext) {
        delta = parameters.number("delta")
        blockSize = Double(parameters.integer("block_size"))
        term = parameters.integer("compression_term")
        epsilon = parameters.number("epsilon")
        alpha = parameters.number("alpha")
        mode = DetectorCompatibility(parameters)
        blocks = .allocate(capacity: Self.mostBlocks + 1)
        blocks.initialize(repeating: Block(), count: Self.mostBlocks + 1)
    }

    deinit { blocks.deallocate() }

    /// Values that are not finite are passed over.
    public func update(_ input: DetectorInput) -> DriftLevel {
        let value = mode == .none ? steady.admit(input) : input.number
        guard value.isFinite else { return .none }
        if mode == .none { dependence.add(value) }
        add(value)
        guard blocks[used - 1].count == blockSize else { return .none }
        let level = look()
        sinceMerge += 1
        if sinceMerge == term || used == Self.mostBlocks { merge() }
        blocks[used] = Block()
        used += 1
        return level
    }

    @inline(__always)
    private func add(_ value: Double) {
        var block = blocks[used - 1]
        if mode == .moa {
            sum += value
            count += 1
            let deviation = value - sum / count
            let added = count > 1 ? (count - 1) * deviation * deviation / count : 0
            spread += added
            block.spread += added
        } else {
            if count > 0 {
                let deviation = value - sum / count
                spread += count * deviation * deviation / (count + 1)
            }
            if block.count > 0 {
                let deviation = value - block.sum / block.count
                block.spread += block.count * deviation * deviation / (block.count + 1)
            }
            sum += value
            count += 1
        }
        block.count += 1
        block.sum += value
        blocks[used - 1] = block
    }

    /// Looks for a cut, newest first as the paper does, or the clearest one; drops what is older.
    private func look() -> DriftLevel {
        var (n1, u1) = (0.0, 0.0)
        let logarithm = log(2 * log(count) / delta)
        let scale = 2 * max(spread, 0) / count * logarithm * dependence.factor
        let rounding = abs(sum) * 1e-9
        var found = -1
        var ratio = 1.0
        for index in stride(from: used - 1, to: 0, by: -1) {
            n1 += blocks[index].count
            u1 += blocks[index].sum
            let (n0, u0) = (count - n1, sum - u1)
            // Nearly always the means are too near each other even for the first part of the bound: no division is needed.
            let apart = abs(u0 * n1 - u1 * n0) + 1e-12 * (abs(u0) * n1 + abs(u1) * n0)
            if apart * apart < scale * (count * n0 * n1) * (ratio * ratio) * (1 - 1e-9) { continue }
            let m = 1 / n0 + 1 / n1
            let bound = (scale * m).squareRoot() + 2.0 / 3.0 * logarithm * m
            let distance = abs(u0 / n0 - u1 / n1)
            guard distance > bound * ratio, mode == .moa || distance * n1 >= rounding else { continue }
            found = index
            lastChange.direction = u1 / n1 > u0 / n0 ? .up : .down
            lastChange.meanBefore = u0 / n0
            lastChange.meanAfter = u1 / n1
            lastChange.statistic = distance
            lastChange.threshold = bound
            lastChange.age = Int(n1) - 1
            if mode == .moa { break }
            ratio = distance / bound
        }
        guard found >= 0 else {
            isOpen = false
            return .none
        }
        dropOldest(found)
        defer { isOpen = mode == .none }
        return isOpen ? .none : .drift
    }

    private func dropOldest(_ dropped: Int) {
        if mode == .moa {
            for index in 0..<dropped { spread -= blocks[index].spread }
        }
        for index in dropped..<used { blocks[index - dropped] = blocks[index] }
        used -= dropped
        addUp()
    }

    /// Makes the totals anew: what was subtracted from them leaves rounding behind.
    private func addUp() {
        count = 0
        sum = 0
        if mode == .none { spread = 0 }
        for index in 0..<used {
            let block = blocks[index]
            if mode == .none { spread += block.spread + between(count, sum, block) }
            count += block.count
            sum += block.sum
        }
    }

    /// What the distance of two means adds to the squared deviations of both together.
    @inline(__always)
    private func between(_ count: Double, _ sum: Double, _ block: Block) -> Double {
        guard count > 0, block.count > 0 else { return 0 }
        let gap = sum / count - block.sum / block.count
        return gap * gap * count * (block.count / (count + block.count))
    }

    /// Makes one block of neighbours that are alike. MOA's limit grows along the window, so that most become one.
    private func merge() {
        sinceMerge = 0
        var limit = mode == .moa ? epsilon : epsilon * (max(spread, 0) / count).squareRoot()
        repeat {
            var end = 0
            for index in 1..<max(used, 1) {
                let (a, b) = (blocks[end], blocks[index])
                if mode == .moa { limit += epsilon * alpha }
                if abs(a.sum / a.count - b.sum / b.count) <= limit {
                    let apart = mode == .moa ? 0 : between(a.count, a.sum, b)
                    blocks[end] = Block(
                        count: a.count + b.count, sum: a.sum + b.sum, spread: a.spread + b.spread + apart)
                } else {
                    end += 1
                    blocks[end] = b
                }
            }
            used = end + 1
            limit *= 2
            // A limit of 0 has no double.
            if used > Self.mostBlocks * 3 / 4, limit <= 0 { dropOldest(used / 4) }
        } while used > Self.mostBlocks * 3 / 4
    }

    public func reset() {
        blocks[0] = Block()
        used = 1
        count = 0
        sum = 0
        spread = 0
        sinceMerge = 0
        isOpen = false
        steady = SteadyInput()
        dependence = Dependence()
        lastChange = DriftChange()
    }

    public var memoryBytes: Int { Self.mostBlocks * 24 + 400 }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(UInt16(used))
        for index in 0..<used {
            writer.write(blocks[index].count)
            writer.write(blocks[index].sum)
            writer.write(blocks[index].spread)
        }
        for value in [count, sum, spread] { writer.write(value) }
        writer.write(UInt32(sinceMerge))
        writer.write(isOpen)
        lastChange.write(to: &writer)
        steady.write(to: &writer)
        dependence.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        used = Int(try reader.read(UInt16.self))
        guard used >= 1, used <= Self.mostBlocks else { throw SnapshotError("the snapshot has \(used) blocks") }
        for index in 0..<used {
            blocks[index] = Block(
                count: try reader.readCount(), sum: try reader.readDouble(), spread: try reader.readDouble())
            guard index == used - 1 ? blocks[index].count < blockSize : blocks[index].count > 0 else {
                throw SnapshotError("the snapshot's block holds \(blocks[index].count) inputs")
            }
        }
        count = try reader.readCount()
        sum = try reader.readDouble()
        spread = try reader.readDouble()
        sinceMerge = Int(try reader.read(UInt32.self))
        guard sinceMerge < term else { throw SnapshotError("the snapshot's blocks were not merged in time") }
        isOpen = try reader.readBool()
        try lastChange.read(from: &reader)
        try steady.read(from: &reader)
        try dependence.read(from: &reader)
    }
}
