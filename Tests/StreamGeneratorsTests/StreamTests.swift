import OnlineLearning
import StreamGenerators
import Testing
import Text

/// Events of a stream as rows.
func rows(_ stream: any EventStream, _ count: Int) -> [(slots: [Double], label: Label)] {
    var stream = stream
    var slots = [Double](repeating: 0, count: stream.schema.width)
    return (0..<count).map { _ in
        let label = slots.withUnsafeMutableBufferPointer { stream.next(into: $0.baseAddress!) }
        return (slots, label)
    }
}

func share(_ rows: some Collection<(slots: [Double], label: Label)>, _ holds: ((slots: [Double], label: Label)) -> Bool)
    -> Double
{
    Double(rows.count(where: holds)) / Double(rows.count)
}

@Suite struct StreamTests {
    @Test(arguments: 1...4)
    func seaFollowsItsRule(_ function: Int) {
        let clean = rows(SEAStream(function: function, noise: 0, seed: 7), 20_000)
        let threshold = SEAStream.thresholds[function - 1]
        for (slots, label) in clean {
            #expect(label.classIndex == (slots[0] + slots[1] > threshold ? 1 : 0))
        }
        let noisy = rows(SEAStream(function: function, noise: 0.1, seed: 7), 20_000)
        let flipped = share(noisy) { $0.label.classIndex != ($0.slots[0] + $0.slots[1] > threshold ? 1 : 0) }
        #expect(abs(flipped - 0.1) < 0.01)
    }

    /// The area of the square below x1 + x2 = 8 is 32 of 100.
    @Test func seaClassShare() {
        let events = rows(SEAStream(function: 1, noise: 0, seed: 1), 50_000)
        #expect(abs(share(events) { $0.label.classIndex == 0 } - 0.32) < 0.01)
    }

    @Test func agrawalFirstRule() {
        for (slots, label) in rows(AgrawalStream(function: 1, perturbation: 0, seed: 3), 5_000) {
            #expect(label.classIndex == (slots[2] < 40 || slots[2] >= 60 ? 0 : 1))
            #expect((slots[0] >= 75_000) == (slots[1] == 0))
        }
    }

    /// Shares of group A by the paper's uniform distributions; function 1: ages 20 to 39 and 60 to 80, 41 of 61.
    @Test(arguments: [(1, 41.0 / 61), (2, 0.385), (3, 0.532)])
    func agrawalClassShare(_ function: Int, _ expected: Double) {
        let events = rows(AgrawalStream(function: function, seed: 5), 50_000)
        #expect(abs(share(events) { $0.label.classIndex == 0 } - expected) < 0.02)
    }

    @Test(arguments: 1...10)
    func agrawalHasBothClasses(_ function: Int) {
        let events = rows(AgrawalStream(function: function, seed: 5), 20_000)
        let groupA = share(events) { $0.label.classIndex == 0 }
        #expect(groupA > 0.003 && groupA < 0.999)
        #expect(events.allSatisfy { $0.slots[6] <= 135_000 && $0.slots[3] < 5 && $0.slots[4] < 20 && $0.slots[5] < 9 })
    }

    @Test func hyperplaneTurns() {
        let still = rows(HyperplaneStream(features: 2, drifting: 1, change: 1e-12, turn: 0, noise: 0, seed: 2), 4_000)
        let turning = rows(HyperplaneStream(features: 2, drifting: 1, change: 0.01, turn: 0, noise: 0, seed: 2), 4_000)
        #expect(zip(still, turning).allSatisfy { $0.slots == $1.slots })
        let early = zip(still, turning).prefix(20).count { $0.label.classIndex != $1.label.classIndex }
        let late = zip(still, turning).suffix(1_000).count { $0.label.classIndex != $1.label.classIndex }
        #expect(early <= 2)
        #expect(late > 100)
    }

    @Test func centroidsWanderWithinTheCube() {
        let still = rows(RandomRBFStream(features: 3, classes: 5, centroids: 10, seed: 4), 3_000)
        let moving = rows(RandomRBFStream(features: 3, classes: 5, centroids: 10, speed: 0.001, seed: 4), 3_000)
        #expect(zip(still, moving).allSatisfy { $0.label.classIndex == $1.label.classIndex })
        let first = zip(still[0].slots, moving[0].slots).map { abs($0 - $1) }.max()!
        #expect(first <= 0.001)
        for slot in 0..<3 {
            let mean = moving.reduce(0) { $0 + $1.slots[slot] } / 3_000
            #expect(mean > 0 && mean < 1)
        }
        #expect(Set(moving.map(\.label.classIndex)).count > 2)
    }

    @Test func friedmanWithoutNoise() {
        for (slots, label) in rows(FriedmanStream(noise: 0, seed: 1), 100) {
            #expect(label.target >= 0 && label.target <= 30)
            #expect(abs(label.target - 10 * slots[3] - 5 * slots[4]) <= 15)
        }
    }

    @Test func driftHasItsPositionAndWidth() {
        #expect(DriftCurve.probability(row: 1000, position: 1000, width: 100) == 0.5)
        #expect(abs(DriftCurve.probability(row: 1050, position: 1000, width: 100) - 0.8808) < 1e-4)
        #expect(DriftCurve.probability(row: 1000, position: 1000, width: 0) == 0)
        #expect(DriftCurve.probability(row: 1001, position: 1000, width: 0) == 1)
    }

    @Test func nestedDrifts() {
        let chain = DriftJoin.chain(
            [1, 3, 2].map { SEAStream(function: $0, noise: 0, seed: UInt64($0)) }, positions: [1_000, 3_000])
        for (index, event) in rows(chain, 5_000).enumerated() {
            let threshold = index < 1_000 ? 8.0 : index < 3_000 ? 7 : 9
            #expect(event.label.classIndex == (event.slots[0] + event.slots[1] > threshold ? 1 : 0), "row \(index)")
        }
    }

    @Test func gradualDriftMixesBothConcepts() {
        let join = DriftJoin(
            AgrawalStream(function: 1, seed: 1), AgrawalStream(function: 2, seed: 2), position: 5_000, width: 2_000)
        let events = rows(join, 10_000)
        let old: ((slots: [Double], label: Label)) -> Bool = {
            $0.label.classIndex == ($0.slots[2] < 40 || $0.slots[2] >= 60 ? 0 : 1)
        }
        let before = share(events[0..<2_000], old)
        let middle = share(events[4_500..<5_500], old)
        let after = share(events[8_000..<10_000], old)
        #expect(before > 0.9)
        #expect(middle < before - 0.1 && middle > after + 0.1)
    }

    @Test func fraudShareAndPatterns() {
        let events = rows(FraudStream(rate: 0.03, positions: [20_000, 40_000], seed: 1), 60_000)
        #expect(abs(share(events) { $0.label.classIndex == 1 } - 0.03) < 0.005)
        #expect(abs(share(events) { $0.slots[4].isNaN } - 0.05) < 0.01)
        func meanAmount(_ range: Range<Int>) -> Double {
            let frauds = events[range].filter { $0.label.classIndex == 1 }
            return frauds.reduce(0) { $0 + $1.slots[0] } / Double(frauds.count)
        }
        #expect(meanAmount(0..<20_000) > 200)
        #expect(meanAmount(20_000..<40_000) < 10)
        #expect((80...260).contains(meanAmount(40_000..<60_000)))
    }

    @Test(arguments: StreamCatalog.names)
    func sameSeedSameBytes(_ name: String) throws {
        func bytes(_ seed: UInt64, _ format: EventFormat) throws -> [UInt8] {
            var serializer = EventSerializer(try StreamCatalog.make(name, seed: seed), format: format)
            var bytes = Array(serializer.header().utf8)
            for _ in 0..<500 {
                serializer.writeNext(into: &bytes)
                bytes.append(0x0a)
            }
            return bytes
        }
        for format in EventFormat.allCases {
            #expect(try bytes(1, format) == bytes(1, format))
            #expect(try bytes(1, format) != bytes(2, format))
        }
    }

    @Test(arguments: StreamCatalog.names)
    func wordsCoverEveryCategory(_ name: String) throws {
        let stream = try StreamCatalog.make(name)
        for (slot, feature) in stream.schema.features.enumerated() where feature.kind == .categorical {
            let largest = rows(stream, 5_000).map { $0.slots[slot] }.max()!
            #expect(Int(largest) < stream.words[slot].count)
            #expect(stream.words[slot].count <= feature.maxCategories)
        }
    }

    @Test func serializedForms() throws {
        var json = EventSerializer(try StreamCatalog.make("sea", seed: 1), format: .json)
        var bytes: [UInt8] = []
        let time = json.writeNext(into: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("{\"id\":0,\"ts\":\(time),\"x1\":"))
        #expect(text.hasSuffix(",\"class\":0}") || text.hasSuffix(",\"class\":1}"))
        let csv = EventSerializer(try StreamCatalog.make("fraud", seed: 1), format: .csv)
        #expect(csv.header().hasPrefix("id,ts,amount,hour,country,"))
        #expect(csv.header().hasSuffix(",fraud"))
    }

    @Test(arguments: [
        ("see", [:]), ("sea", ["noise": "2"]), ("sea", ["nose": "0.1"]), ("sea", ["functions": "1,2"]),
        ("sea", ["functions": "1,2,3", "positions": "5,5"]), ("sea", ["functions": "1.5"]), ("sea", ["noise": ""]),
        ("hyperplane", ["features": "3", "drifting": "4"]),
    ])
    func mistakesAreNamed(_ name: String, _ parameters: [String: String]) {
        #expect(throws: StreamError.self) { try StreamCatalog.make(name, seed: 1, parameters: parameters) }
    }
}
