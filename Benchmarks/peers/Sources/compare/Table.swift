import Foundation
import OnlineLearning

/// A CSV file in memory, the label in the last column. A column of words is categorical, one of 0 and 1 boolean.
struct Table {
    var features: [Feature] = []
    var classCount = 0
    var slots: [Double] = []
    var labels: [Double] = []

    init(_ path: String, regression: Bool) throws {
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let names = lines.removeFirst().split(separator: ",").map(String.init)
        let rows = lines.map { $0.split(separator: ",") }
        var columns: [[Double]] = []
        for column in 0..<names.count - 1 {
            let words = rows.map { $0[column] }
            if words.allSatisfy({ Double($0) != nil }) {
                let isBoolean = words.allSatisfy { $0 == "0" || $0 == "1" }
                features.append(Feature(names[column], isBoolean ? .boolean : .numeric))
                columns.append(words.map { Double($0)! })
            } else {
                let (numbers, count) = Self.number(words)
                features.append(Feature(names[column], .categorical, maxCategories: count))
                columns.append(numbers)
            }
        }
        for row in rows.indices { for column in columns { slots.append(column[row]) } }
        let last = rows.map { $0[names.count - 1] }
        if regression {
            labels = last.map { Double($0) ?? .nan }
        } else {
            (labels, classCount) = Self.number(last)
        }
    }

    /// Words numbered in the order in which they come.
    private static func number(_ words: [Substring]) -> ([Double], Int) {
        var known: [Substring: Double] = [:]
        let numbers = words.map { word in
            if let number = known[word] { return number }
            known[word] = Double(known.count)
            return Double(known.count - 1)
        }
        return (numbers, known.count)
    }
}
