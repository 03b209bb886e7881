extension StreamCatalog {
    static let led = StreamDescription(
        name: "led", summary: "Which digit do seven unreliable segments show, among irrelevant bits?",
        source: "Breiman et al. 1984, Classification and Regression Trees",
        parameters: [
            .list(
                "swapped", "0", 0...7, "concepts in order: segments that change place with irrelevant bits, each 0 to 7"
            ),
            .number("noise", "0.1", 0...1, "share of wrong segments, 0 to 1"),
            .whole("irrelevant", 17, 7...10_000, "random bits beside the segments, 7 or more"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("swapped")) { swapped, seed in
            LEDStream(
                noise: values.number("noise"), irrelevant: values.whole("irrelevant"), swapped: swapped, seed: seed)
        }
    }

    static let mixed = StreamDescription(
        name: "mixed", summary: "Two of three conditions on two booleans and two numbers.",
        source: "Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29",
        parameters: [
            .list("functions", "1", 1...2, "concepts in order, each 1 or 2; one more than positions"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("functions")) { MixedStream(function: $0, seed: $1) }
    }

    static let randomTree = StreamDescription(
        name: "random_tree", summary: "Labels from a random decision tree.",
        source: "Domingos & Hulten 2000, doi:10.1145/347090.347107",
        parameters: [
            .whole("numeric", 5, 1...10_000, "numeric features, 1 or more"),
            .whole("categorical", 5, 0...10_000, "categorical features, 0 or more"),
            .whole("values", 5, 2...1000, "categories of each, 2 or more"),
            .whole("classes", 2, 2...1000, "classes, 2 or more"),
            .whole("depth", 5, 0...16, "tests on the longest path, 0 to 16"),
            .whole("first_leaf_level", 3, 0...16, "tests on every path, 0 to 16"),
            .number("leaf_share", "0.15", 0...1, "share of leaves among the nodes below that, 0 to 1"),
            .list("models", "1", 0...1e15, "concepts in order: the seeds of their trees"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        guard values.whole("categorical") == 0 || values.whole("values") <= 32 || values.whole("depth") <= 4 else {
            throw StreamError(message: "random_tree: more than 32 values take a depth of 4 or less")
        }
        return try joined(values, seed, concepts: values.list("models")) { model, seed in
            RandomTreeStream(
                numeric: values.whole("numeric"), categorical: values.whole("categorical"),
                values: values.whole("values"), classes: values.whole("classes"), depth: values.whole("depth"),
                firstLeafLevel: values.whole("first_leaf_level"), leafShare: values.number("leaf_share"), seed: seed,
                modelSeed: UInt64(model))
        }
    }

    static let sine = StreamDescription(
        name: "sine", summary: "Points above and below a sine.",
        source: "Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29",
        parameters: [
            .list("functions", "1", 1...4, "concepts in order, each 1 to 4; one more than positions"),
            .whole("noise", 0, 0...1, "1: two more numbers that tell nothing"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("functions")) { function, seed in
            SineStream(function: function, noise: values.whole("noise") == 1, seed: seed)
        }
    }

    static let stagger = StreamDescription(
        name: "stagger", summary: "Coloured shapes of three sizes, without noise.",
        source: "Schlimmer & Granger 1986, doi:10.1007/BF00116895",
        parameters: [
            .list("functions", "1", 1...3, "concepts in order, each 1 to 3; one more than positions"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("functions")) { StaggerStream(function: $0, seed: $1) }
    }

    static let waveform = StreamDescription(
        name: "waveform", summary: "Noisy mixtures of two of three waves.",
        source: "Breiman et al. 1984, Classification and Regression Trees",
        parameters: [
            .list("swapped", "0", 0...10, "concepts in order: points that change place, each 0 to 10"),
            .whole("noise", 0, 0...1, "1: 19 more points of noise"), positions, width,
        ]
    ) { (values, seed) throws(StreamError) in
        try joined(values, seed, concepts: values.list("swapped")) { swapped, seed in
            WaveformStream(noise: values.whole("noise") == 1, swapped: swapped, seed: seed)
        }
    }
}
