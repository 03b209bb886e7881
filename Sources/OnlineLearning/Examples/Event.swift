/// Where a decoder puts one event, and a pipeline takes it from: made once, filled again for every record.
///
/// A decoder knows words and numbers; which number a word has is the pipeline's to say, when it has accepted the event.
/// Bytes are borrowed: they hold until the next record is decoded, and no longer than the record itself. Not
/// thread-safe: one task owns it.
public final class Event {
    /// Slots there are: the schema's width.
    public let width: Int
    /// Numbers as they are, booleans as 0 or 1, missing as NaN. A slot with a word gets the word's index from the
    /// pipeline.
    public let slots: UnsafeMutablePointer<Double>
    /// The word of each categorical slot; nil where it is missing, or where the slot holds an index already.
    public let words: UnsafeMutablePointer<UnsafeRawBufferPointer?>
    @usableFromInline let rest: Cell<Rest>

    @usableFromInline
    struct Rest {
        @usableFromInline var label = LabelValue.none
        @usableFromInline var time = Int64.min
        @usableFromInline var id = UnsafeRawBufferPointer(start: nil, count: 0)

        @usableFromInline
        init() {}
    }

    /// What is known of the outcome.
    @inlinable public var label: LabelValue {
        get { rest.pointer.pointee.label }
        set { rest.pointer.pointee.label = newValue }
    }
    /// Event time in milliseconds since 1970, or `Int64.min`: absent.
    @inlinable public var time: Int64 {
        get { rest.pointer.pointee.time }
        set { rest.pointer.pointee.time = newValue }
    }
    /// The id's text (numbers as spelled), or empty: absent.
    @inlinable public var id: UnsafeRawBufferPointer {
        get { rest.pointer.pointee.id }
        set { rest.pointer.pointee.id = newValue }
    }

    /// An event without values.
    public init(width: Int) {
        self.width = width
        slots = .allocate(capacity: max(width, 1))
        slots.initialize(repeating: .nan, count: max(width, 1))
        words = .allocate(capacity: max(width, 1))
        words.initialize(repeating: nil, count: max(width, 1))
        rest = Cell(Rest())
    }

    deinit {
        slots.deallocate()
        words.deallocate()
    }
}

/// A label as it is written, before the pipeline has given it a meaning.
public enum LabelValue {
    /// No label: the event is predicted and not learned.
    case none
    /// The canonical text of a class (`ClassTable.canonical`).
    case word(UnsafeRawBufferPointer)
    /// The target of a regression.
    case number(Double)
    /// A class by its index in the pipeline's table, as generated streams have it.
    case index(Int32)
}
