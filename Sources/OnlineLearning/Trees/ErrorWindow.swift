/// The errors seen from one node, in a window that shrinks when their rate changes (ADWIN: Bifet & Gavalda 2007,
/// doi:10.1137/1.9781611972771.42), for zeros and ones.
///
/// An exponential histogram: level i holds up to five buckets of 2^i errors or successes. Of a zero-one input the
/// window's mean gives the variance, so that a bucket is one number. 24 levels are 80 million events; older ones are
/// dropped. Cost: one addition, and a search for a change every 32nd input. Memory: 600 bytes.
struct ErrorWindow: BitwiseCopyable {
    static let levels = 24
    private static let most: Int32 = 5
    /// Inputs between searches.
    private static let clock: Int32 = 32

    /// Levels in use, events, errors, inputs since the last search; buckets of each level; then their errors: level by
    /// level, in each the newest first, with one place for the bucket that is too many.
    private let words: UnsafeMutablePointer<Int32>
    private static let size = 4 + levels * 7

    init() {
        words = .allocate(capacity: Self.size)
        words.initialize(repeating: 0, count: Self.size)
        words[0] = 1
    }

    func deallocate() { words.deallocate() }

    private var used: Int { Int(words[0]) }
    /// Events in the window.
    var width: Int { Int(words[1]) }
    private var errors: Int { Int(words[2]) }
    private var counts: UnsafeMutablePointer<Int32> { words + 4 }
    private var sums: UnsafeMutablePointer<Int32> { words + 4 + Self.levels }

    static var bytes: Int { Heap.size(size * 4) }

    /// Share of errors in the window.
    var mean: Double { width > 0 ? Double(errors) / Double(width) : 0 }

    /// Takes one outcome; whether the rate of errors has changed, and if so whether it rose.
    func update(_ isError: Bool, delta: Double) -> (changed: Bool, rose: Bool) {
        isDue(isError) ? drop(delta) : (false, false)
    }

    /// The same in three words: drift where the rate rose, with a warning where it did at a lower confidence.
    func level(_ isError: Bool, delta: Double, warning: Double) -> DriftLevel {
        guard isDue(isError) else { return .none }
        // Where the lower confidence finds nothing the higher one does not either.
        if warning > delta, findCut(warning) == nil { return .none }
        let (changed, rose) = drop(delta)
        if changed { return rose ? .drift : .none }
        guard warning > delta, let cut = findCut(warning) else { return .none }
        return cut > 0 ? .warning : .none
    }

    /// Takes one outcome; whether it is time for a search.
    @inline(__always)
    private func isDue(_ isError: Bool) -> Bool {
        insert(isError ? 1 : 0)
        words[3] += 1
        guard words[3] >= Self.clock, width > 10 else { return false }
        words[3] = 0
        return true
    }

    private func drop(_ delta: Double) -> (changed: Bool, rose: Bool) {
        let before = mean
        var changed = false
        while width > 10, findCut(delta) != nil {
            dropOldest()
            changed = true
        }
        return (changed, mean > before)
    }

    private func insert(_ error: Int32) {
        words[1] += 1
        words[2] += error
        push(error, 0)
        var level = 0
        while counts[level] > Self.most {
            let base = level * 6
            let merged = sums[base + 4] + sums[base + 5]
            counts[level] -= 2
            guard level + 1 < Self.levels else {
                words[1] -= 2 << Int32(level)
                words[2] -= merged
                return
            }
            if level + 2 > used { words[0] = Int32(level + 2) }
            push(merged, level + 1)
            level += 1
        }
    }

    private func push(_ sum: Int32, _ level: Int) {
        let base = level * 6
        var place = Int(counts[level])
        while place > 0 {
            sums[base + place] = sums[base + place - 1]
            place -= 1
        }
        sums[base] = sum
        counts[level] += 1
    }

    /// Looks for a cut that divides the window into two that differ: how much higher the newer one's rate is.
    private func findCut(_ delta: Double) -> Double? {
        guard errors > 0 else { return nil }
        let total = Double(width)
        let mean = self.mean
        let doubt = Numerics.log(2 * Numerics.log(total) / delta)
        let spread = 2 * mean * (1 - mean) * doubt
        let linear = 2.0 / 3 * doubt
        var (oldWidth, oldErrors) = (0, 0)
        for level in stride(from: used - 1, through: 0, by: -1) {
            for place in stride(from: Int(counts[level]) - 1, through: 0, by: -1) {
                oldWidth += 1 << level
                oldErrors += Int(sums[level * 6 + place])
                let newWidth = width - oldWidth
                if newWidth < 5 { return nil }
                guard oldWidth >= 5 else { continue }
                let (old, new) = (Double(oldWidth), Double(newWidth))
                // Most cuts are far from being one: seen without a division or a root, with room for rounding.
                let gap = Double(oldErrors) * new - Double(errors - oldErrors) * old
                let product = old * new
                if gap * gap * (old - 4) * (new - 4) < 0.999999 * (total - 8) * spread * product * product { continue }
                let harmonic = 1 / (old - 4) + 1 / (new - 4)
                let difference = Double(oldErrors) / old - Double(errors - oldErrors) / new
                if difference.magnitude > (harmonic * spread).squareRoot() + linear * harmonic { return -difference }
            }
        }
        return nil
    }

    private func dropOldest() {
        let level = used - 1
        counts[level] -= 1
        words[1] -= 1 << Int32(level)
        words[2] -= sums[level * 6 + Int(counts[level])]
        while used > 1, counts[used - 1] == 0 { words[0] -= 1 }
    }

    /// Forgets everything.
    func reset() {
        words.update(repeating: 0, count: Self.size)
        words[0] = 1
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(words[0])
        writer.write(words[3])
        for level in 0..<used {
            writer.write(UInt8(counts[level]))
            for place in 0..<Int(counts[level]) { writer.write(sums[level * 6 + place]) }
        }
    }

    /// Takes over a snapshot's window.
    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let refusal = SnapshotError("the snapshot has a broken window of errors")
        let levels = try reader.read(Int32.self)
        let since = try reader.read(Int32.self)
        guard levels >= 1, levels <= Self.levels, since >= 0, since <= 64 else { throw refusal }
        reset()
        words[0] = levels
        words[3] = since
        for level in 0..<Int(levels) {
            let count = Int32(try reader.read(UInt8.self))
            guard count <= Self.most else { throw refusal }
            counts[level] = count
            for place in 0..<Int(count) {
                let sum = try reader.read(Int32.self)
                guard sum >= 0, Int(sum) <= 1 << level else { throw refusal }
                sums[level * 6 + place] = sum
                words[1] += 1 << Int32(level)
                words[2] += sum
            }
        }
    }
}
