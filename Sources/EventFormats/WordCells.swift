import CSimdjson
import OnlineLearning
import Text

/// Words as the pipeline takes them: categories and the canonical texts of classes.
///
/// A word stands in the record, or in a cell of 32 bytes where a number had to be spelled anew.
final class WordCells {
    private let cells: UnsafeMutableRawPointer
    private static let cellSize = 32

    init(count: Int) { cells = .allocate(byteCount: max(count, 1) * Self.cellSize, alignment: 8) }

    deinit { cells.deallocate() }

    /// The word of a category: text as it is, true and false as words, numbers of at most 15 bytes in their shortest
    /// form, so that 2, 2.0 and 2e0 are one category in every format. Longer numbers stay as they are spelled: they are
    /// identifiers, and a `Double` would make some of them equal.
    func category(
        _ value: UnsafePointer<mr_value>, cell: Int, into word: inout UnsafeRawBufferPointer?
    ) -> BadInput? {
        let kind = mr_kind(UInt32(value.pointee.kind))
        let bytes = value.pointee.bytes
        switch kind {
        case MR_ABSENT, MR_NULL: word = nil
        case MR_TRUE: word = Self.raw("true")
        case MR_FALSE: word = Self.raw("false")
        case MR_STRING: word = bytes
        case MR_NUMBER:
            if bytes.count > 15 || Self.isPlainInteger(bytes) {
                word = bytes
            } else {
                word = put(ClassTable.canonical(value.pointee.number), cell)
            }
        case MR_TEXT:
            word = bytes
            guard bytes.count <= 15, !Self.isPlainInteger(bytes), Self.beginsNumber(bytes) else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            if JSONText.isBare(text), let number = Double(text), number.isFinite {
                word = put(ClassTable.canonical(number), cell)
            }
        case MR_OVERFLOW: return .numberOverflow
        default: return .wrongType
        }
        return nil
    }

    /// The canonical text of a class, as `ClassTable.canonical` has it.
    func classText(
        _ value: UnsafePointer<mr_value>, cell: Int, into word: inout UnsafeRawBufferPointer?
    ) -> BadInput? {
        let kind = mr_kind(UInt32(value.pointee.kind))
        let bytes = value.pointee.bytes
        switch kind {
        case MR_ABSENT, MR_NULL: word = nil
        case MR_TRUE: word = Self.raw("1")
        case MR_FALSE: word = Self.raw("0")
        case MR_STRING, MR_TEXT:
            word = bytes
            if Self.isPlainInteger(bytes) || bytes.isEmpty { return nil }
            if Self.equals(bytes, "true") {
                word = Self.raw("1")
            } else if Self.equals(bytes, "false") {
                word = Self.raw("0")
            } else if Self.beginsNumber(bytes) {
                let text = String(decoding: bytes, as: UTF8.self)
                let canonical = ClassTable.canonical(text)
                if canonical != text { word = put(canonical, cell) }
            }
        case MR_NUMBER:
            if Self.isPlainInteger(bytes) || bytes.count > 15 && ClassTable.isIdentifier(bytes) {
                word = bytes
            } else {
                word = put(ClassTable.canonical(value.pointee.number), cell)
            }
        case MR_OVERFLOW: return .numberOverflow
        default: return .wrongType
        }
        return nil
    }

    /// Copies a text that was made here; at most 24 bytes, since it spells a `Double`.
    private func put(_ text: String, _ cell: Int) -> UnsafeRawBufferPointer {
        let start = cells + cell * Self.cellSize
        var count = 0
        for byte in text.utf8 where count < Self.cellSize {
            start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
            count += 1
        }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    private static func raw(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private static func equals(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
        return true
    }

    /// At most 15 digits without a leading zero: its own canonical text.
    private static func isPlainInteger(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 0, bytes.count <= 15, bytes[0] != 0x30 || bytes.count == 1 else { return false }
        for byte in bytes where byte &- 0x30 > 9 { return false }
        return true
    }

    private static func beginsNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first else { return false }
        return first == 0x2d || first == 0x2b || first == 0x2e || first &- 0x30 <= 9
    }
}
