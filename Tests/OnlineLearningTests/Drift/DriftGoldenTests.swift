import Foundation
import OnlineLearning
import StreamGenerators
import Testing

/// Alarm for alarm what River 0.26.1 and MOA 2024.07 raise on the abrupt sequences.
@Suite struct DriftGoldenTests {
    @Test(arguments: [
        (ErrorStream.stationary, [19928, 20057, 20133]), (.abrupt, [5959, 6060, 6098]), (.gradual, [5814, 5738, 5847]),
        (.down, [5910, 6012, 6068]), (.small, [4453, 4536, 4528]), (.low, [772, 809, 854]),
    ])
    func streamsAreTheOnesMeasured(_ stream: ErrorStream, _ ones: [Int]) {
        for seed in 1...3 { #expect(stream.values(seed: UInt64(seed)).count { $0 } == ones[seed - 1]) }
    }

    struct Golden: Sendable {
        var detector: String
        var compatibility: String
        var given: [String: ParameterValue] = [:]
        var lists: [[Int]]
    }

    static let goldens = [
        Golden(
            detector: "adwin", compatibility: "river", given: ["delta": .number(0.002), "clock": .integer(32)],
            lists: [[10111], [10143], [10143]]),
        Golden(
            detector: "adwin", compatibility: "river", given: ["delta": .number(0.002), "clock": .integer(1)],
            lists: [[10095]]),
        Golden(
            detector: "adwin", compatibility: "river", given: ["delta": .number(0.05), "clock": .integer(32)],
            lists: [[10079]]),
        Golden(
            detector: "adwin", compatibility: "moa", given: ["delta": .number(0.002), "clock": .integer(32)],
            lists: [[10111, 10527], [10143, 10175, 10335, 10399, 10559], [10143, 10175, 10303]]),
        Golden(detector: "ddm", compatibility: "river", lists: [[167, 11026], [10331], [10300]]),
        Golden(
            detector: "page_hinkley", compatibility: "river", given: ["delta": .number(0.005)],
            lists: [[4557, 10173, 17389], [4612, 10129, 15594], [10097]]),
        Golden(
            detector: "page_hinkley", compatibility: "moa", given: ["delta": .number(0.005)],
            lists: [[4565, 10279], [10587, 15961], [10277]]),
    ]

    @Test(arguments: goldens)
    func reproduces(_ golden: Golden) {
        var given = golden.given
        given["compatibility"] = .choice(golden.compatibility)
        for (index, list) in golden.lists.enumerated() {
            let detector = makeDetector(golden.detector, given)
            #expect(alarms(detector, ErrorStream.abrupt.values(seed: UInt64(index + 1))) == list)
        }
    }

    /// Every list that the generators print, with the libraries' own defaults.
    static let printed: [(detector: String, library: String, stream: String, seed: UInt64, alarms: [Int])] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("alarms.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let words = line.split(separator: " ").map(String.init)
            return (words[0], words[1], words[2], UInt64(words[3])!, words[4...].map { Int($0)! })
        }
    }()

    @Test func thereAreLists() { #expect(Self.printed.count == 162) }

    @Test(arguments: printed.indices)
    func alarmsWhereItsLibraryDoes(_ index: Int) {
        let golden = Self.printed[index]
        let stream = ["abrupt": ErrorStream.abrupt, "down": .down, "low": .low][golden.stream]!
        let detector = makeDetector(golden.detector, ["compatibility": .choice(golden.library)])
        #expect(
            alarms(detector, stream.values(seed: golden.seed)) == golden.alarms,
            "\(golden.detector) \(golden.library) \(golden.stream) \(golden.seed)")
    }
}
