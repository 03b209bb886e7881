/// The classes of a classification: declared in the topology, or discovered in stream order. Part of a task's state.
///
/// Classes match by canonical text: 1, 1.0, "1" and true are one class. They are published as spelled in `classes`, or
/// as first seen.
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

    /// The class of a label's canonical text, or -1: not declared, or no room. Allocates only for a new class.
    public func classIndex(canonical: UnsafeRawBufferPointer) -> Int {
        let known = table.find(canonical)
        if known >= 0 || !discovers || table.count == table.capacity { return known }
        let index = table.intern(canonical)
        spellings.append(String(decoding: canonical, as: UTF8.self))
        return index
    }

    /// One text per class: numbers in their shortest form, true as 1, false as 0, other text as it is.
    public static func canonical(_ text: String) -> String {
        if text == "true" { return "1" }
        if text == "false" { return "0" }
        guard let first = text.utf8.first,
            first == 0x2d || first == 0x2b || first == 0x2e || (0x30...0x39).contains(first),
            let number = Double(text), number.isFinite
        else { return text }
        return canonical(number)
    }

    /// A whole number without a point where it is exact, else the shortest form that reads back the same.
    public static func canonical(_ number: Double) -> String {
        if number == number.rounded(.towardZero), abs(number) < 0x1p53 { return "\(Int64(number))" }
        return "\(number)"
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
