/// Counts of positive and negative examples by score, for the area under the ROC curve of a whole stream.
///
/// Cells in the order of the scores, each of them cut into 16 where it holds more than 1/250 of the examples, or more
/// than 1/62,500 of the pairs of a positive and a negative. Pairs in one cell count one half; measured on six kinds of
/// scores, down to a hundred millionth between the highest and the lowest, the area is within 0.0003 of the exact one
/// once the cells are fitted to the first window. Where scores keep moving to new narrow ranges the pages run out: 0.008
/// after thirty such moves. The first cells are the halvings of p below one half, mirrored above it. Cost: two to five
/// look-ups; 144 KiB, all of it from the beginning.
struct ScoreHistogram: ~Copyable {
    private static let half = (0.5).bitPattern
    /// The first cells, one per exponent and mirrored, and the pages that there can be.
    private static let rootCount = Int((2 * half) >> 52) + 1
    private static let pageSize = 16
    private static let pageLimit = 256
    /// A cell is cut where its pairs of a positive and a negative are a larger part of all pairs.
    private static let part = 1.0 / 62_500
    static let byteCount = (rootCount + pageSize * pageLimit) * MemoryLayout<Cell>.stride

    /// Not private: a debug build of Swift 6.3 fails on that.
    struct Cell: BitwiseCopyable {
        var positives: UInt64 = 0
        var negatives: UInt64 = 0
        /// The first cell of its page, or 0: not cut.
        var page: Int32 = 0
    }

    private let cells: FlatBuffer<Cell>
    /// Cells in use, positives and negatives: in a buffer, so that counting changes no property.
    private let totals = FlatBuffer<UInt64>([UInt64(Self.rootCount), 0, 0])
    private var used: Int {
        get { Int(totals[0]) }
        nonmutating set { totals[0] = UInt64(newValue) }
    }
    private var positives: UInt64 {
        get { totals[1] }
        nonmutating set { totals[1] = newValue }
    }
    private var negatives: UInt64 {
        get { totals[2] }
        nonmutating set { totals[2] = newValue }
    }

    /// - Parameter isUsed: else nothing is held, and nothing may be added.
    init(isUsed: Bool) {
        cells = FlatBuffer(isUsed ? Self.rootCount + Self.pageSize * Self.pageLimit : 0, repeating: Cell())
    }

    var bytes: Int { cells.bytes }

    /// A number that rises with the probability, and keeps every bit of it.
    @inline(__always)
    static func code(_ p: Double) -> UInt64 {
        // NaN is 0.
        guard p > 0 else { return 0 }
        return p < 0.5 ? p.bitPattern : 2 * half - (1 - min(p, 1)).bitPattern
    }

    @inline(__always)
    func add(_ p: Double, positive: Bool) {
        let (place, shift) = find(p)
        let cell = cells.base + place
        if positive {
            cell.pointee.positives &+= 1
            positives &+= 1
        } else {
            cell.pointee.negatives &+= 1
            negatives &+= 1
        }
        let count = cell.pointee.positives &+ cell.pointee.negatives
        if count < 32 || count & 15 == 0 { cut(cell, shift) }
    }

    @inline(never)
    private func cut(_ cell: UnsafeMutablePointer<Cell>, _ shift: Int) {
        let (up, down) = (Double(cell.pointee.positives), Double(cell.pointee.negatives))
        let all = Double(positives) + Double(negatives)
        let pairs = max(
            up * down / max(Double(positives) * Double(negatives), 1), (up + down) * (up + down) / (all * all))
        guard up + down > 3, pairs > Self.part, shift >= 0, used < cells.count else { return }
        cell.pointee.page = Int32(used)
        used += Self.pageSize
    }

    /// Begins anew with cells that fit the scores; `visit` gives them, as often as it is asked.
    func rebuild(_ visit: ((Double, Bool) -> Void) -> Void) {
        for index in cells.indices { cells[index] = Cell() }
        used = Self.rootCount
        // Each pass counts in the cells of the one before, and cuts those that hold too much.
        for depth in 0..<14 {
            for index in cells.indices {
                cells[index].positives = 0
                cells[index].negatives = 0
            }
            (positives, negatives) = (0, 0)
            let (cells, totals) = (self.cells.base, self.totals.base)
            visit { p, positive in
                let place = Self.find(p, in: cells).place
                cells[place].positives += positive ? 1 : 0
                cells[place].negatives += positive ? 0 : 1
                totals[positive ? 1 : 2] += 1
            }
            let before = used
            if depth < 13 { for index in 0..<before where cells[index].page == 0 { cut(cells + index, 48) } }
            if used == before { return }
        }
    }

    @inline(__always)
    private func find(_ p: Double) -> (place: Int, shift: Int) { Self.find(p, in: cells.base) }

    /// The cell of a score, and where the next four bits of its code begin.
    @inline(__always)
    private static func find(_ p: Double, in cells: UnsafeMutablePointer<Cell>) -> (place: Int, shift: Int) {
        let code = code(p)
        var place = Int(code >> 52)
        var shift = 48
        while cells[place].page > 0 {
            place = Int(cells[place].page) + Int((code >> UInt64(shift)) & 15)
            shift -= 4
        }
        return (place, shift)
    }

    /// The area, or nil where one class is missing.
    var area: Double? {
        guard positives > 0, negatives > 0 else { return nil }
        var sum = Sum()
        for place in 0..<Self.rootCount { add(place, 0, to: &sum) }
        return sum.won / Double(positives) / Double(negatives)
    }

    private struct Sum {
        var below = 0.0
        var won = 0.0
    }

    /// `beside`: negatives that stand in cells around this one, whose order is not known.
    private func add(_ place: Int, _ beside: Double, to sum: inout Sum) {
        let cell = cells[place]
        let (up, down) = (Double(cell.positives), Double(cell.negatives))
        let before = sum.below
        if cell.page > 0 {
            for child in 0..<Self.pageSize { add(Int(cell.page) + child, beside + down, to: &sum) }
        }
        let within = sum.below - before
        sum.won += up * (before + (beside + down + within) / 2)
        sum.below += down
    }

    /// Cells without a cell above them.
    static var cellCount: Int { rootCount }

    /// What a cell holds of its own, and the first cell of its page, or 0: not cut.
    func counts(_ place: Int) -> (up: Double, down: Double, page: Int) {
        guard place < cells.count else { return (0, 0, 0) }
        return (Double(cells[place].positives), Double(cells[place].negatives), Int(cells[place].page))
    }

    func write(to writer: inout SnapshotWriter) {
        let found = cells.indices.filter { cells[$0].positives | cells[$0].negatives != 0 || cells[$0].page > 0 }
        writer.write(UInt32(used))
        writer.write(UInt32(found.count))
        for place in found {
            writer.write(UInt32(place))
            writer.write(cells[place].positives)
            writer.write(cells[place].negatives)
            writer.write(cells[place].page)
        }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let refusal = SnapshotError("the snapshot's cells of scores are no tree of pages")
        for index in cells.indices { cells[index] = Cell() }
        (positives, negatives) = (0, 0)
        used = Int(try reader.read(UInt32.self))
        guard used >= Self.rootCount, used <= max(cells.count, Self.rootCount),
            (used - Self.rootCount) % Self.pageSize == 0
        else { throw refusal }
        var depths = [Int](repeating: -1, count: (used - Self.rootCount) / Self.pageSize)
        var last = -1
        for _ in 0..<(try reader.read(UInt32.self)) {
            let place = Int(try reader.read(UInt32.self))
            guard place > last, place < used, place < cells.count else { throw refusal }
            last = place
            let cell = Cell(positives: try reader.read(), negatives: try reader.read(), page: try reader.read())
            // A page stands behind the cell that was cut for it, and belongs to no other.
            if cell.page != 0 {
                let page = Int(cell.page) - Self.rootCount
                guard Int(cell.page) > place, page >= 0, page % Self.pageSize == 0, page / Self.pageSize < depths.count,
                    depths[page / Self.pageSize] < 0
                else { throw refusal }
                let depth = place < Self.rootCount ? 0 : depths[(place - Self.rootCount) / Self.pageSize] + 1
                guard depth >= 0, depth < 13, place < Self.rootCount || depth > 0 else { throw refusal }
                depths[page / Self.pageSize] = depth
            }
            cells[place] = cell
            positives &+= cell.positives
            negatives &+= cell.negatives
        }
        guard depths.allSatisfy({ $0 >= 0 }) else { throw refusal }
    }
}
