/// A borrowed view of one event's slots, valid during the call it is passed to.
///
/// Missing is NaN, boolean is 0 or 1, a category is its index. Text and other hashed features will add a sparse part
/// beside the slots.
public struct Example {
    /// `count` slots, in the order of the component's input features.
    public let slots: UnsafePointer<Double>
    /// Slots there are.
    public let count: Int
    /// The task's sequence number of the event: what counter-based random draws go by. A label that comes later carries
    /// the number of the event that was scored.
    public let sequence: UInt64

    /// A view of that many slots.
    @inlinable
    public init(slots: UnsafePointer<Double>, count: Int, sequence: UInt64 = 0) {
        self.slots = slots
        self.count = count
        self.sequence = sequence
    }

    /// A slot's value; NaN is missing.
    @inlinable
    public subscript(_ slot: Int) -> Double { slots[slot] }
}

/// What is known of an event's outcome when it is learned.
public struct Label: Sendable, Equatable, BitwiseCopyable {
    /// The class's index in the `ClassTable`, or -1: unlabelled or a regression.
    public var classIndex: Int32
    /// The target of a regression, or NaN: unlabelled or a classification.
    public var target: Double

    /// The label of a classification.
    @inlinable
    public init(classIndex: Int32) {
        self.classIndex = classIndex
        target = .nan
    }

    /// The label of a regression.
    @inlinable
    public init(target: Double) {
        classIndex = -1
        self.target = target
    }

    /// A label of both parts, as a snapshot holds it.
    init(classIndex: Int32, target: Double) {
        self.classIndex = classIndex
        self.target = target
    }

    /// No label: the event is predicted and not learned.
    public static let none = Label(classIndex: -1)

    /// Whether there is something to learn.
    @inlinable
    public var isKnown: Bool { classIndex >= 0 || !target.isNaN }

    /// The same class or the same target; two unknown targets are equal.
    public static func == (a: Label, b: Label) -> Bool {
        a.classIndex == b.classIndex && (a.target == b.target || a.target.isNaN && b.target.isNaN)
    }
}
