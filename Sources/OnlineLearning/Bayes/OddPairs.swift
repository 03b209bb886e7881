/// Pairs of features that need care: a bit per pair, the last bit for all from the 64th on.
struct OddPairs: BitwiseCopyable {
    private var bits: UInt64 = 0

    static var all: OddPairs { OddPairs(bits: .max) }

    init() {}
    private init(bits: UInt64) { self.bits = bits }

    @inline(__always) var isEmpty: Bool { bits == 0 }

    @inline(__always)
    func contains(_ pair: Int) -> Bool { bits &>> Self.place(pair) & 1 != 0 }

    @inline(__always)
    mutating func insert(_ pair: Int) { bits |= 1 &<< Self.place(pair) }

    @inline(__always)
    private static func place(_ pair: Int) -> UInt64 { UInt64(truncatingIfNeeded: min(pair, 63)) }
}
