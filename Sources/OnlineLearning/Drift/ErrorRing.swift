/// The last answers, right (0) or wrong (1), in a ring of bytes. Constant time per answer; `capacity` bytes.
final class ErrorRing {
    let capacity: Int
    private let bytes: UnsafeMutablePointer<UInt8>
    private var end = 0
    private(set) var count = 0
    /// Wrong ones among them.
    private(set) var errors = 0

    init(capacity: Int) {
        self.capacity = capacity
        bytes = .allocate(capacity: capacity)
        bytes.initialize(repeating: 0, count: capacity)
    }

    deinit { bytes.deallocate() }

    var isFull: Bool { count == capacity }

    /// Adds an answer. Returns the one that leaves for it, or -1.
    @inline(__always)
    @discardableResult
    func push(_ wrong: Bool) -> Int {
        let value: UInt8 = wrong ? 1 : 0
        var left = -1
        if count == capacity {
            left = Int(bytes[end])
            errors -= left
        } else {
            count += 1
        }
        bytes[end] = value
        errors += Int(value)
        end = end + 1 == capacity ? 0 : end + 1
        return left
    }

    /// The answer `age` answers ago; 0 is the last one.
    @inline(__always)
    subscript(age age: Int) -> Int {
        let index = end - 1 - age
        return Int(bytes[index < 0 ? index + capacity : index])
    }

    /// Keeps the last `length` answers. Cost: what is dropped.
    func keepLast(_ length: Int) {
        while count > length {
            errors -= self[age: count - 1]
            count -= 1
        }
    }

    func clear() {
        end = 0
        count = 0
        errors = 0
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(count))
        for index in 0..<count { writer.write(UInt8(self[age: count - 1 - index])) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        clear()
        let length = Int(try reader.read(UInt32.self))
        guard length <= capacity else { throw SnapshotError("the snapshot holds \(length) answers of \(capacity)") }
        for _ in 0..<length {
            let value = try reader.read(UInt8.self)
            guard value <= 1 else { throw SnapshotError("the snapshot's answer is neither right nor wrong") }
            push(value == 1)
        }
    }
}

extension DetectorInput {
    /// Whether a detector of errors counts it as one: a number does above one half. Nil where it is not finite.
    @inline(__always)
    var isError: Bool? {
        switch self {
        case .error(let wrong): wrong
        case .loss(let value), .value(let value): value.isFinite ? value > 0.5 : nil
        }
    }
}
