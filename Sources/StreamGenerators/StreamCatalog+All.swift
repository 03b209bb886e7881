extension StreamCatalog {
    static let all: [StreamDescription] = [
        agrawal,
        fraud,
        friedman,
        hyperplane,
        led,
        mixed,
        randomRBF,
        randomTree,
        sea,
        sine,
        stagger,
        waveform,
    ]

    static let positions = StreamParameter.list(
        "positions", "", 1...1e15, "events before each change, rising, with commas between them; empty: no drift")
    static let width = StreamParameter.number(
        "width", "0", 0...1e15, "events that a change takes, 0 or more; 0: all at once")

    /// Concepts one after the other; the last one is kept where positions are fewer.
    static func joined(
        _ values: StreamValues, _ seed: UInt64, concepts: [Int], _ make: (Int, UInt64) -> any EventStream
    ) throws(StreamError) -> any EventStream {
        let positions = try values.positions()
        guard concepts.count == positions.count + 1 else {
            throw StreamError(
                message:
                    "\(positions.count) positions need \(positions.count + 1) functions, but there are \(concepts.count)"
            )
        }
        let streams = concepts.enumerated().map { make($1, seed &+ UInt64($0) &* 0x9e37_79b9) }
        return DriftJoin.chain(streams, positions: positions, width: values.number("width"), seed: seed)
    }

    private static let sea = StreamDescription(
        name: "sea", summary: "Three numbers, of which the sum of two decides.",
        source: "Street & Kim 2001, doi:10.1145/502512.502568",
        parameters: [
            .list("functions", "1", 1...4, "concepts in order, each 1 to 4; one more than positions"),
            .number("noise", "0.1", 0...1, "share of flipped labels, 0 to 1"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("functions")) { function, seed in
            SEAStream(function: function, noise: values.number("noise"), seed: seed)
        }
    }

    private static let agrawal = StreamDescription(
        name: "agrawal", summary: "Loan applications with nine attributes and ten rules.",
        source: "Agrawal, Imielinski & Swami 1993, doi:10.1109/69.250074",
        parameters: [
            .list("functions", "1", 1...10, "concepts in order, each 1 to 10; one more than positions"),
            .number("perturbation", "0.05", 0...1, "noise as a share of each attribute's range, 0 to 1"), positions,
            width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("functions")) { function, seed in
            AgrawalStream(function: function, perturbation: values.number("perturbation"), seed: seed)
        }
    }

    private static let randomRBF = StreamDescription(
        name: "random_rbf", summary: "Clouds of points around centroids that may wander.",
        source: "Bifet et al. 2010, MOA: Massive Online Analysis, JMLR 11",
        parameters: [
            .whole("features", 10, 1...10_000, "numeric attributes, 1 or more"),
            .whole("classes", 2, 2...1000, "classes, 2 or more"),
            .whole("centroids", 50, 1...100_000, "centroids, 1 or more"),
            .number("speed", "0", 0...1, "distance each centroid moves per event, 0 to 1"),
        ]
    ) { (values, seed) throws(StreamError) in
        RandomRBFStream(
            features: values.whole("features"), classes: values.whole("classes"), centroids: values.whole("centroids"),
            speed: values.number("speed"), seed: seed)
    }

    private static let hyperplane = StreamDescription(
        name: "hyperplane", summary: "A plane that turns slowly between two classes.",
        source: "Hulten, Spencer & Domingos 2001, doi:10.1145/502512.502529",
        parameters: [
            .whole("features", 10, 1...10_000, "numeric attributes, 1 or more"),
            .whole("drifting", 2, 0...10_000, "weights that change, 0 to features"),
            .number("change", "0", 0...1, "change of a weight per event, 0 to 1"),
            .number("turn", "0.1", 0...1, "probability per event that a change turns round, 0 to 1"),
            .number("noise", "0.05", 0...1, "share of flipped labels, 0 to 1"),
        ]
    ) { (values, seed) throws(StreamError) in
        guard values.whole("drifting") <= values.whole("features") else {
            throw StreamError(message: "hyperplane: drifting is above features")
        }
        return HyperplaneStream(
            features: values.whole("features"), drifting: values.whole("drifting"), change: values.number("change"),
            turn: values.number("turn"), noise: values.number("noise"), seed: seed)
    }

    private static let friedman = StreamDescription(
        name: "friedman", summary: "A regression on ten numbers, of which five count.",
        source: "Friedman 1991, doi:10.1214/aos/1176347963",
        parameters: [
            .number("noise", "1", 0...1e6, "deviation of the noise, 0 or more"),
            .list("shifts", "0", 0...9, "concepts in order: by how many features the roles move, each 0 to 9"),
            positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("shifts")) { shift, seed in
            FriedmanStream(noise: values.number("noise"), shift: shift, seed: seed)
        }
    }

    private static let fraud = StreamDescription(
        name: "fraud", summary: "Card payments with rare frauds whose pattern changes.",
        source: "made for Millrace",
        parameters: [
            .number("rate", "0.03", 0...1, "share of fraud, 0 to 1"),
            .list("positions", "20000,40000", 1...1e15, "events before each change of the pattern, rising"), width,
        ]
    ) { (values, seed) throws(StreamError) in
        FraudStream(
            rate: values.number("rate"), positions: try values.positions(), width: values.number("width"), seed: seed)
    }
}
