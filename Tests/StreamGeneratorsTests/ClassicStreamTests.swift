import OnlineLearning
import StreamGenerators
import Testing

/// The generators of the literature beside SEA, Agrawal, RBF and hyperplane: each follows its rule.
@Suite struct ClassicStreamTests {
    @Test(arguments: [0, 3, 7])
    func ledShowsItsDigit(_ swapped: Int) {
        for (slots, label) in rows(LEDStream(noise: 0, swapped: swapped, seed: 2), 2_000) {
            // The middle segment, the fourth, tells 0, 1 and 7 from the rest.
            #expect((slots[swapped > 3 ? 10 : 3] == 0) == [0, 1, 7].contains(label.classIndex))
        }
        let noisy = rows(LEDStream(noise: 0.1, swapped: swapped, seed: 2), 20_000)
        let wrong = share(noisy) { ($0.slots[swapped > 3 ? 10 : 3] == 0) != [0, 1, 7].contains($0.label.classIndex) }
        #expect(abs(wrong - 0.1) < 0.01)
    }

    @Test(arguments: 1...3)
    func staggerFollowsItsRule(_ function: Int) {
        for (slots, label) in rows(StaggerStream(function: function, seed: 2), 2_000) {
            let rules = [slots[0] == 0 && slots[1] == 0, slots[1] == 2 || slots[2] == 0, slots[0] > 0]
            #expect((label.classIndex == 1) == rules[function - 1])
        }
    }

    /// A nearest mean tells two pure waves apart well, and the drift moves the points.
    @Test func wavesPeakWhereTheyShould() {
        let events = rows(WaveformStream(seed: 3), 30_000)
        func mean(_ events: [(slots: [Double], label: Label)], _ slot: Int, _ kind: Int32) -> Double {
            let own = events.filter { $0.label.classIndex == kind }
            return own.reduce(0) { $0 + $1.slots[slot] } / Double(own.count)
        }
        // Waves 1 and 2 peak at points 7 and 15; class 0 mixes both, class 1 the first and the third (11).
        #expect(abs(mean(events, 6, 0) - 3) < 0.1)
        #expect(abs(mean(events, 14, 0) - 3) < 0.1)
        #expect(abs(mean(events, 10, 2) - 4) < 0.1)
        #expect(abs(mean(events, 0, 1)) < 0.1)
        let moved = rows(WaveformStream(noise: true, swapped: 10, seed: 3), 30_000)
        #expect(abs(mean(moved, 6, 0)) < 0.1)
        #expect(abs(mean(moved, 33, 0) - 3) < 0.1)
    }

    @Test(arguments: 1...4)
    func sineHasBothSides(_ function: Int) {
        let one = rows(SineStream(function: function, noise: true, seed: 4), 20_000)
        // ∫ sin = 1 − cos 1 below, ∫ (½ + 0.3 sin 3πx) = ½ + 0.2/π.
        let below = function <= 2 ? 0.4597 : 0.5637
        #expect(abs(share(one) { $0.label.classIndex == 1 } - (function % 2 == 1 ? below : 1 - below)) < 0.02)
    }

    @Test func mixedIsAMajorityOfThree() {
        let (one, two) = (rows(MixedStream(seed: 5), 5_000), rows(MixedStream(function: 2, seed: 5), 5_000))
        for (slots, label) in one where slots[0] == slots[1] { #expect(label.classIndex == (slots[0] == 1 ? 1 : 0)) }
        for (slots, label) in two where slots[0] == slots[1] { #expect(label.classIndex == (slots[0] == 1 ? 0 : 1)) }
    }

    /// One tree gives one label per region, whatever the seed of the events.
    @Test func aRandomTreeIsAFunction() {
        let model = RandomTreeStream(numeric: 0, categorical: 4, values: 2, seed: 1, modelSeed: 9)
        let other = RandomTreeStream(numeric: 0, categorical: 4, values: 2, seed: 2, modelSeed: 9)
        var labels: [[Double]: Int32] = [:]
        for (slots, label) in rows(model, 500) + rows(other, 500) {
            #expect(labels[slots, default: label.classIndex] == label.classIndex)
            labels[slots] = label.classIndex
        }
        #expect(labels.count == 16 && Set(labels.values).count == 2)
    }

    @Test(arguments: ["led", "mixed", "random_tree", "sine", "stagger", "waveform"])
    func theCatalogMakesThem(_ name: String) throws {
        let concepts = ["led": "swapped", "waveform": "swapped", "random_tree": "models"][name] ?? "functions"
        let drifting = try StreamCatalog.make(name, seed: 3, parameters: [concepts: "1,2", "positions": "500"])
        let still = try StreamCatalog.make(name, seed: 3, parameters: [concepts: "1"])
        let (a, b) = (rows(drifting, 1_000), rows(still, 500))
        #expect(zip(a, b).allSatisfy { $0.slots == $1.slots && $0.label == $1.label })
        #expect(Set(a.map(\.label.classIndex)).count == drifting.classes.count)
    }
}
