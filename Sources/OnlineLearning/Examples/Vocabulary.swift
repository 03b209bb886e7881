/// The words that a task has met, by number: the classes of its label and the categories of its features.
///
/// Finding is pure; adding is done only for an event that was accepted. Not thread-safe: one task owns it.
public final class Vocabulary {
    /// The classes of a classification, declared or discovered.
    public let classes: ClassTable
    /// One table per schema slot, non-nil for categorical features.
    public let categories: [CategoryTable?]
    private let isClassification: Bool
    /// The categorical slots and their tables, without reference counting.
    private let hot: FlatBuffer<Entry>

    private struct Entry: BitwiseCopyable {
        var slot: Int
        var table: Unmanaged<CategoryTable>
    }

    /// - Parameters:
    ///   - declared: classes (empty: discover).
    ///   - maxClasses: the most to discover.
    public init(schema: Schema, task: TaskType, declared: [String], maxClasses: Int) {
        isClassification = task == .binary || task == .multiclass
        let least = task == .binary ? 2 : 1
        classes = ClassTable(declared: declared, capacity: isClassification ? max(maxClasses, least) : 1)
        categories = schema.features.map {
            $0.kind == .categorical ? CategoryTable(capacity: $0.maxCategories) : nil
        }
        hot = FlatBuffer(
            categories.enumerated().compactMap { slot, table in
                table.map { Entry(slot: slot, table: .passUnretained($0)) }
            })
    }

    /// Writes the index of each word into its slot: one that is not known gets the index that it would be added under.
    @inline(__always)
    func find(_ event: Event) { forEachWord(event) { $0.wouldIntern($1) } }

    /// The same, and adds the words that are not known.
    @inline(__always)
    func intern(_ event: Event) { forEachWord(event) { $0.intern($1) } }

    @inline(__always)
    private func forEachWord(_ event: Event, _ index: (CategoryTable, UnsafeRawBufferPointer) -> Int) {
        for position in hot.indices {
            let entry = hot[position]
            guard let word = event.words[entry.slot] else { continue }
            event.slots[entry.slot] = entry.table._withUnsafeGuaranteedRef { Double(index($0, word)) }
        }
    }

    /// What a label means, or why it means nothing. Pure: a new class gets the index that it would be added under.
    @inline(__always)
    func read(_ value: LabelValue) -> Result<Label, PipelineRefusal> {
        switch value {
        case .none: return .success(.none)
        case .number(let target):
            return target.isFinite && !isClassification ? .success(Label(target: target)) : .failure(.notFinite)
        case .index(let index):
            let isKnown = isClassification && index >= 0 && index < classes.count
            return isKnown ? .success(Label(classIndex: index)) : .failure(.unknownClass)
        case .word(let word):
            let index = classes.table.find(word)
            if index >= 0 { return .success(Label(classIndex: Int32(index))) }
            return classes.takes(word) ? .success(Label(classIndex: Int32(classes.count))) : .failure(.unknownClass)
        }
    }

    /// Adds the class of an accepted label where it is new.
    @inline(__always)
    func add(_ value: LabelValue, read label: Label) {
        guard Int(label.classIndex) == classes.count, case .word(let word) = value else { return }
        _ = classes.classIndex(canonical: word)
    }

    /// Bytes of all tables.
    public var memoryBytes: Int {
        categories.reduce(classes.table.memoryBytes) { $0 + ($1?.memoryBytes ?? 0) }
    }
}
