import Foundation
import OnlineLearning

/// A CSV file in memory, the label in the last column. A column of words is categorical, one of 0 and 1 boolean.
struct Table {
    var features: [Feature] = []
    var classCount = 0
    /// Row by row.
    var slots: [Double] = []
    var labels: [Double] = []

    init(_ path: String, regression: Bool) throws {
        // strtod and the search for a separator end at the zero.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path)) + [10, 0]
        let (names, cells) = bytes.withUnsafeBytes { Self.read($0.bindMemory(to: CChar.self)) }
        precondition(cells.allSatisfy { !$0.hasWords || $0.words.count < 1000 }, "a column has too many words")
        let rows = cells[0].count
        var columns: [[Double]] = []
        for (name, cell) in zip(names, cells).dropLast() {
            let isBoolean = !cell.hasWords && cell.numbers.allSatisfy { $0 == 0 || $0 == 1 }
            features.append(
                cell.hasWords
                    ? Feature(name, .categorical, maxCategories: cell.words.count)
                    : Feature(name, isBoolean ? .boolean : .numeric))
            columns.append(cell.hasWords ? cell.inOrder : cell.numbers)
        }
        slots.reserveCapacity(rows * columns.count)
        for row in 0..<rows { for column in columns { slots.append(column[row]) } }
        labels = regression ? cells.last!.numbers : cells.last!.inOrder
        classCount = regression ? 0 : cells.last!.words.count
    }

    /// A column, read as numbers and as words numbered in the order in which they come.
    private struct Column {
        var numbers: [Double] = []
        var places: [Double] = []
        var words: [UInt64: Double] = [:]
        /// The words by their places.
        var texts: [String] = []
        var hasWords = false
        var count: Int { numbers.count }

        /// The words' places in the order that the ARFF files have them in, `car2` before `car10`: ties go to the first class.
        var inOrder: [Double] {
            let order = texts.indices.sorted { texts[$0].compare(texts[$1], options: .numeric) == .orderedAscending }
            var ranks = [Double](repeating: 0, count: order.count)
            for (rank, place) in order.enumerated() { ranks[place] = Double(rank) }
            return places.map { $0.isNaN ? $0 : ranks[Int($0)] }
        }

        mutating func append(_ cell: UnsafePointer<CChar>, _ length: Int) {
            var end: UnsafeMutablePointer<CChar>?
            let number = strtod(cell, &end)
            let isNumber = length > 0 && end == UnsafeMutablePointer(mutating: cell + length)
            numbers.append(isNumber ? number : .nan)
            hasWords = hasWords || length > 0 && !isNumber
            guard words.count < 1000 else { return places.append(.nan) }
            let word = StableHash.of(UnsafeRawBufferPointer(start: cell, count: length))
            let place = words[word] ?? Double(words.count)
            if words.updateValue(place, forKey: word) == nil {
                texts.append(String(decoding: UnsafeRawBufferPointer(start: cell, count: length), as: UTF8.self))
            }
            places.append(place)
        }
    }

    private static func read(_ text: UnsafeBufferPointer<CChar>) -> ([String], [Column]) {
        var names: [String] = []
        var columns: [Column] = []
        var (start, column, isHeader) = (0, 0, true)
        for place in text.indices where text[place] == 44 || text[place] == 10 {
            let cell = text.baseAddress! + start
            let length = place - start
            start = place + 1
            if isHeader {
                names.append(String(decoding: UnsafeRawBufferPointer(start: cell, count: length), as: UTF8.self))
            } else if column > 0 || length > 0 {
                columns[column].append(cell, length)
            }
            column += 1
            guard text[place] == 10 else { continue }
            if isHeader { columns = names.map { _ in Column() } }
            isHeader = false
            column = 0
        }
        return (names, columns)
    }
}
