import Text

/// The classes of a classification: declared in the topology, or discovered in stream order. Part of a task's state.
///
/// Classes match by canonical text: 1, 1.0, "1" and true are one class. They are published as spelled in `classes`, or
/// by that text.
public final class ClassTable: Snapshottable {
    /// The classes' canonical texts by index.
    public let table: CategoryTable
    /// New classes are added; otherwise they are bad input.
    public let discovers: Bool
    /// How each class is written in JSON: `"up"`, `1`, `true`.
    public private(set) var spellings: [String] = []

    /// - Parameters: declared classes (empty: discover), the most to discover.
    public init(declared: [String], capacity: Int) {
        discovers = declared.isEmpty
        table = CategoryTable(capacity: max(declared.count, capacity))
        for name in declared {
            _ = table.intern(Self.canonical(name))
            spellings.append(name)
        }
    }

    /// Entries of a probability vector.
    public var capacity: Int { table.capacity }
    /// Classes known now.
    public var count: Int { table.count }

    /// Whether a class that is not known yet would be added.
    public func takes(_ canonical: UnsafeRawBufferPointer) -> Bool { discovers && table.takes(canonical) }

    /// The class of a label's canonical text, or -1: not declared, too long, or no room. Allocates only for a new class.
    public func classIndex(canonical: UnsafeRawBufferPointer) -> Int {
        let known = table.find(canonical)
        if known >= 0 || !takes(canonical) { return known }
        let index = table.intern(canonical)
        spellings.append(String(decoding: canonical, as: UTF8.self))
        return index
    }

    /// One text per class: decimal numbers in their shortest form, true as 1, false as 0, other text as it is.
    ///
    /// More than 15 digits without a point or an exponent stay as they are: they are identifiers, and a `Double` would
    /// make some of them equal.
    public static func canonical(_ text: String) -> String {
        if text == "true" { return "1" }
        if text == "false" { return "0" }
        let isDecimal = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2b || $0 == 0x2e || $0 | 0x20 == 0x65
        }
        guard isDecimal, !isIdentifier(text.utf8), let number = Double(text), number.isFinite else { return text }
        return canonical(number)
    }

    /// Whether it is a whole number of more than 15 digits.
    public static func isIdentifier(_ text: some Collection<UInt8>) -> Bool {
        let digits = text.first == 0x2d ? text.dropFirst() : text[...]
        return digits.count > 15 && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A whole number without a point where it is exact, else the shortest form that reads back the same.
    public static func canonical(_ number: Double) -> String {
        NumberText.shortest(number == 0 ? 0 : number)
    }

    public func write(to writer: inout SnapshotWriter) {
        table.write(to: &writer)
        for spelling in spellings { writer.write(spelling) }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try table.read(from: &reader)
        var read: [String] = []
        for _ in 0..<table.count { read.append(try reader.readText()) }
        spellings = read
    }
}
