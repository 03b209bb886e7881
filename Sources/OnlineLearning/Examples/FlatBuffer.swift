/// A fixed number of plain values in one allocation: hot state, without reference counting, copy-on-write or checks.
///
/// Allocated once, freed with its owner. Not thread-safe: the component that owns it is used by one task.
struct FlatBuffer<Element: BitwiseCopyable>: ~Copyable {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int, repeating value: Element) {
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: value, count: max(count, 1))
        self.count = count
    }

    init(_ values: [Element]) {
        base = .allocate(capacity: max(values.count, 1))
        for (index, value) in values.enumerated() { (base + index).initialize(to: value) }
        count = values.count
    }

    deinit { base.deallocate() }

    @inline(__always)
    subscript(_ index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }

    var indices: Range<Int> { 0..<count }
    var bytes: Int { count * MemoryLayout<Element>.stride }
}

extension FlatBuffer where Element == Double {
    func write(to writer: inout SnapshotWriter) {
        writer.write(UnsafeBufferPointer(start: base, count: count))
    }

    /// Takes as many values as it has, all of them finite and at least `minimum`, or refuses.
    func read(from reader: inout SnapshotReader, minimum: Double = -.infinity) throws(SnapshotError) {
        try reader.read(into: UnsafeMutableBufferPointer(start: base, count: count))
        for index in 0..<count where !base[index].isFinite || base[index] < minimum {
            throw SnapshotError("the snapshot has \(base[index]) where a finite number of at least \(minimum) must be")
        }
    }
}
