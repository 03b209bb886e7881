/// Hashes that are the same in every process, for names and for counter-based random numbers.
public enum StableHash {
    /// FNV-1a of the UTF-8 bytes, then mixed.
    public static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mix(hash)
    }

    /// FNV-1a of bytes, then mixed.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mix(hash)
    }

    /// SplitMix64's finalizer (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195): a bijection that spreads every bit.
    @inlinable
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// A stateless random number generator: a draw is a pure function of its coordinates, so replay and snapshots need no
/// hidden state.
public struct CounterRandom: Sendable {
    private(set) var base: UInt64

    /// - Parameters: the topology's seed, the component's id (hash of its name), the task (partition number).
    public init(seed: UInt64, component: UInt64, task: UInt32) {
        base = StableHash.mix(
            StableHash.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ component &+ UInt64(task) &* 0xd1b5_4a32_d192_ed03)
    }

    /// The numbers of a part, by its id: independent of its whole's and of other parts'.
    public func derived(_ id: UInt64) -> CounterRandom {
        var part = self
        part.base = StableHash.mix(base ^ StableHash.mix(id &+ 0x9e37_79b9_7f4a_7c15))
        return part
    }

    /// 64 random bits for the task's `event`th event and its `draw`th draw. Cost: two multiplications.
    public func bits(event: UInt64, draw: UInt64) -> UInt64 {
        StableHash.mix(StableHash.mix(base ^ event &* 0x9e37_79b9_7f4a_7c15) &+ draw &* 0xbf58_476d_1ce4_e5b9)
    }

    /// Uniform in [0, 1).
    public func uniform(event: UInt64, draw: UInt64) -> Double {
        Double(bits(event: event, draw: draw) >> 11) * 0x1p-53
    }
}
