/// Which features a set of class statistics watches, and where each stands within one class's row.
///
/// A flat run of words, so that a leaf that watches a random part of the features has its own in one small block:
/// four numbers, the numeric slots, then the nominal slots, their numbers of values and their places in a row.
struct LeafShape: BitwiseCopyable {
    /// Columns of a numeric feature: weight, mean, sum of squared deviations, lowest and highest value.
    static let columns = 5

    let words: UnsafeMutablePointer<Int32>

    @inline(__always) var numericCount: Int { Int(words[0]) }
    @inline(__always) var nominalCount: Int { Int(words[1]) }
    /// Numbers in a row: even, so that rows stay aligned for pairs.
    @inline(__always) var stride: Int { Int(words[2]) }
    /// The place of a slot: numeric features first.
    func place(of slot: Int32) -> Int {
        (0..<(numericCount + nominalCount)).first { numericSlots[$0] == slot } ?? 0
    }
    /// Pairs in a numeric column; the last lane may be unused.
    @inline(__always) var pairs: Int { (numericCount + 1) / 2 }
    @inline(__always) var numericSlots: UnsafeMutablePointer<Int32> { words + 4 }
    @inline(__always) var nominalSlots: UnsafeMutablePointer<Int32> { words + 4 + numericCount }
    /// Values of each nominal feature.
    @inline(__always) var nominalValues: UnsafeMutablePointer<Int32> { nominalSlots + nominalCount }
    /// Where each nominal feature's total stands in a row; one count per value follows it.
    @inline(__always) var nominalOffsets: UnsafeMutablePointer<Int32> { nominalSlots + 2 * nominalCount }
    /// Where a row's sums of merits stand; 0: it has none.
    @inline(__always) var meritOffset: Int { Int(words[3]) }
    var bytes: Int { (4 + numericCount + 3 * nominalCount) * 4 }
}

/// The features a learner may watch, in the order of their name hashes, so that the order of a schema changes no bit
/// of any result; and the shapes made of them.
struct WatchedFeatures: ~Copyable {
    /// Slot and number of values (0: numeric) in turn, numeric features first.
    private let table: FlatBuffer<Int32>
    /// Room for a choice.
    private let chosen: FlatBuffer<Bool>
    /// Watches every feature.
    let whole: LeafShape
    /// Watches none: for leaves that only count classes.
    let none: LeafShape

    /// - Parameter part: indices of the features to watch; nil: all of them.
    /// - Parameter sumsMerits: whether rows have room for a number per feature and one more: see `ClassRows.merits`.
    init(_ features: [Feature], part: [Int]? = nil, sumsMerits: Bool = false) {
        let order = (part ?? Array(features.indices)).sorted {
            let (a, b) = (features[$0], features[$1])
            return a.kind == .numeric && b.kind != .numeric
                || (a.kind == .numeric) == (b.kind == .numeric) && a.nameHash < b.nameHash
        }
        table = FlatBuffer(order.flatMap { [Int32($0), Int32(features[$0].nominalCount)] })
        chosen = FlatBuffer(order.count, repeating: true)
        whole = Self.layOut(table, chosen, sumsMerits: sumsMerits)
        chosen.base.update(repeating: false, count: order.count)
        none = Self.layOut(table, chosen)
    }

    deinit {
        whole.words.deallocate()
        none.words.deallocate()
    }

    /// Features there are.
    var count: Int { chosen.count }
    var bytes: Int {
        Heap.size(table.bytes) + Heap.size(chosen.bytes) + Heap.size(whole.bytes) + Heap.size(none.bytes)
    }

    /// A shape of `size` features drawn without replacement, in a block of its own. The draws go by position in the
    /// order of names and by `key`: neither the order of features nor that of leaves decides.
    func draw(_ size: Int, _ random: CounterRandom, key: UInt64) -> LeafShape {
        chosen.base.update(repeating: false, count: count)
        // Floyd's sampling: one draw per feature taken.
        for limit in (count - min(size, count))..<count {
            let draw = Int(random.bits(event: key, draw: UInt64(limit)) % UInt64(limit + 1))
            chosen[chosen[draw] ? limit : draw] = true
        }
        return Self.layOut(table, chosen)
    }

    private static func layOut(
        _ table: borrowing FlatBuffer<Int32>, _ chosen: borrowing FlatBuffer<Bool>, sumsMerits: Bool = false
    ) -> LeafShape {
        var (numbers, nominal) = (0, 0)
        for index in chosen.indices where chosen[index] {
            if table[2 * index + 1] == 0 { numbers += 1 } else { nominal += 1 }
        }
        let shape = LeafShape(words: .allocate(capacity: 4 + numbers + 3 * nominal))
        shape.words[0] = Int32(numbers)
        shape.words[1] = Int32(nominal)
        shape.words[3] = 0
        var position = shape.pairs * 2 * LeafShape.columns
        (numbers, nominal) = (0, 0)
        for index in chosen.indices where chosen[index] {
            let (slot, values) = (table[2 * index], table[2 * index + 1])
            if values == 0 {
                shape.numericSlots[numbers] = slot
                numbers += 1
            } else {
                shape.nominalSlots[nominal] = slot
                shape.nominalValues[nominal] = values
                shape.nominalOffsets[nominal] = Int32(position)
                position += 1 + Int(values)
                nominal += 1
            }
        }
        if sumsMerits {
            shape.words[3] = Int32(position)
            position += 1 + shape.numericCount + shape.nominalCount
        }
        shape.words[2] = Int32((position + 1) & ~1)
        return shape
    }
}

/// What the heap takes for a block.
enum Heap {
    /// Bytes of an allocation of `count` bytes: its header and rounding (glibc's; others are within a few percent).
    @inline(__always)
    static func size(_ count: Int) -> Int { max(32, (count + 8 + 15) & ~15) }
}
