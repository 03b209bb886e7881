/// A parameter of a generated stream.
public struct StreamParameter: Sendable, Equatable {
    /// The name in YAML and on the command line.
    public let name: String
    /// As it is written; a list has commas.
    public let defaultText: String
    /// One sentence with the range.
    public let summary: String
    /// Smallest and largest value, of each entry of a list.
    public let range: ClosedRange<Double>
    let isWhole: Bool
    let isList: Bool

    static func whole(_ name: String, _ value: Int, _ range: ClosedRange<Double>, _ summary: String) -> Self {
        Self(name: name, defaultText: "\(value)", summary: summary, range: range, isWhole: true, isList: false)
    }

    static func number(_ name: String, _ value: String, _ range: ClosedRange<Double>, _ summary: String) -> Self {
        Self(name: name, defaultText: value, summary: summary, range: range, isWhole: false, isList: false)
    }

    static func list(_ name: String, _ value: String, _ range: ClosedRange<Double>, _ summary: String) -> Self {
        Self(name: name, defaultText: value, summary: summary, range: range, isWhole: true, isList: true)
    }
}

/// One generated stream of the catalog.
public struct StreamDescription: Sendable {
    /// The name in YAML and on the command line.
    public let name: String
    /// One sentence.
    public let summary: String
    /// The paper, with its DOI.
    public let source: String
    /// What it takes, each with a default.
    public let parameters: [StreamParameter]
    let make: @Sendable (StreamValues, UInt64) throws(StreamError) -> any EventStream
}

/// Why a stream could not be made: an unknown name, or a parameter out of its range.
public struct StreamError: Error, Equatable, CustomStringConvertible {
    /// One sentence that names what is at fault.
    public let message: String
    /// The message.
    public var description: String { message }
}

/// Every generated stream by name: what `generate`, `demo`, tests and benchmarks choose from.
public enum StreamCatalog {
    /// In the order of `describe`.
    public static var names: [String] { all.map(\.name) }

    /// What a stream is and takes, or nil: no such stream.
    public static func describe(_ name: String) -> StreamDescription? { all.first { $0.name == name } }

    /// Makes a stream.
    ///
    /// - Parameters:
    ///   - seed: the same seed gives the same events.
    ///   - parameters: as written, by name; the rest have their defaults.
    public static func make(
        _ name: String, seed: UInt64 = 1, parameters: [String: String] = [:]
    ) throws(StreamError) -> any EventStream {
        guard let description = describe(name) else {
            throw StreamError(message: "no stream is called \(name); there are \(names.joined(separator: ", "))")
        }
        return try description.make(try StreamValues(description, parameters), seed)
    }
}

/// Checked parameters.
struct StreamValues {
    private var numbers: [String: [Double]] = [:]

    init(_ description: StreamDescription, _ given: [String: String]) throws(StreamError) {
        for name in given.keys.sorted() where !description.parameters.contains(where: { $0.name == name }) {
            let known = description.parameters.map(\.name).joined(separator: ", ")
            throw StreamError(message: "\(description.name) has no parameter \(name); it has \(known)")
        }
        for parameter in description.parameters {
            let text = given[parameter.name] ?? parameter.defaultText
            var values: [Double] = []
            for part in text.split(separator: parameter.isList ? "," : "\n") {
                guard let value = Double(part.filter { $0 != " " }), parameter.range.contains(value),
                    !parameter.isWhole || value == value.rounded()
                else {
                    throw StreamError(
                        message: "\(description.name): \(parameter.name) is \(text): \(parameter.summary)")
                }
                values.append(value)
            }
            if values.isEmpty && !parameter.isList {
                throw StreamError(message: "\(description.name): \(parameter.name) is empty: \(parameter.summary)")
            }
            numbers[parameter.name] = values
        }
    }

    func number(_ name: String) -> Double { numbers[name]![0] }
    func whole(_ name: String) -> Int { Int(number(name)) }
    func list(_ name: String) -> [Int] { numbers[name]!.map { Int($0) } }

    /// Rising positions.
    func positions() throws(StreamError) -> [Int] {
        let positions = list("positions")
        for (earlier, later) in zip(positions, positions.dropFirst()) where earlier >= later {
            throw StreamError(message: "positions must rise: \(earlier) is followed by \(later)")
        }
        return positions
    }
}
