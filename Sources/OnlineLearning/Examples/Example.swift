/// A borrowed view of one event's slots, valid during the call it is passed to.
///
/// Missing is NaN, boolean is 0 or 1, a category is its index. Text and other hashed features will add a sparse part
/// beside the slots.
public struct Example {
    /// `count` slots, in the order of the component's input features.
    public let slots: UnsafePointer<Double>
    public let count: Int

    @inlinable
    public init(slots: UnsafePointer<Double>, count: Int) {
        self.slots = slots
        self.count = count
    }

    @inlinable
    public subscript(_ slot: Int) -> Double { slots[slot] }
}

/// What is known of an event's outcome when it is learned.
public struct Label: Sendable, Equatable {
    /// The class's index in the `ClassTable`, or -1: unlabelled or a regression.
    public var classIndex: Int32
    /// The target of a regression, or NaN: unlabelled or a classification.
    public var target: Double

    @inlinable
    public init(classIndex: Int32) {
        self.classIndex = classIndex
        target = .nan
    }

    @inlinable
    public init(target: Double) {
        classIndex = -1
        self.target = target
    }

    /// No label: the event is predicted and not learned.
    public static let none = Label(classIndex: -1)

    @inlinable
    public var isKnown: Bool { classIndex >= 0 || !target.isNaN }
}
