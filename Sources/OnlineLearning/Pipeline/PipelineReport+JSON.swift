public import Text

extension PipelineReport {
    /// The figures as members of a JSON object, for a record: `init(_:)` reads them.
    public var members: [(String, JSON)] {
        let all = zip(self.models, modelTallies).map { model, tally -> (String, JSON) in
            let members: [(String, JSON)] = [
                ("version", .unsigned(UInt64(model.version))), ("metrics", Self.object(model.cumulative)),
                ("window", Self.object(model.windowed)), ("counts", Self.json(tally)),
            ]
            let moved = tuned[model.name].map { [("tuned", JSON.text($0))] } ?? []
            return (model.name, JSON.object(members + moved))
        }
        return [
            ("events", .unsigned(events)), ("labelled", .unsigned(labelled)),
            ("champion", .text(champion)), ("version", .unsigned(UInt64(version))),
            ("counts", Self.json(tally)), ("metrics", Self.object(cumulative)),
            (
                "window",
                .object(
                    [
                        ("size", .integer(Int64(windowSize))), ("events", .integer(Int64(windowEvents))),
                    ] + windowed.map { ($0.name, .optional($0.value)) })
            ),
            ("baselines", .object(baselines.map { ($0.name, Self.object($0.metrics)) })), ("models", .object(all)),
            (
                "reliability",
                .array(
                    reliability.map {
                        .array([$0.low, $0.high, $0.mean, $0.events, $0.positives].map(JSON.number))
                    })
            ),
        ]
            + (slices.isEmpty ? [] : [("slices", .array(slices.map(\.json)))])
            + (quarantine.map {
                [("quarantine", ["open": .bool($0.isOpen), "not_learned": .unsigned($0.notLearned)])]
            } ?? [])
    }

    private static func object(_ values: MetricValues) -> JSON {
        .object(values.map { ($0.name, .optional($0.value)) })
    }

    private static func json(_ tally: Tally) -> JSON {
        [
            "labelled": .number(tally.labelled), "loss": .number(tally.loss), "positives": .number(tally.positives),
            "alarms": .number(tally.alarms), "caught": .number(tally.caught),
        ]
    }

    /// Reads the figures of a record; nil where there are none.
    public init?(_ json: JSON) {
        guard let events = json["events"]?.count, let counts = json["counts"] else { return nil }
        let window = json["window"]
        let models = json["models"]?.members ?? []
        self.init(
            events: events, labelled: json["labelled"]?.count ?? 0, cumulative: json["metrics"]?.values ?? [],
            windowed: (window?.values ?? []).filter { !["size", "events"].contains($0.name) },
            windowSize: Int(window?["size"]?.whole ?? 0), windowEvents: Int(window?["events"]?.whole ?? 0),
            baselines: (json["baselines"]?.members ?? []).map { ($0.key, $0.value.values) },
            models: models.map { model in
                (
                    model.key, model.value["metrics"]?.values ?? [], model.value["window"]?.values ?? [],
                    UInt32(clamping: model.value["version"]?.whole ?? 1)
                )
            },
            champion: json["champion"]?.string ?? "", version: UInt32(clamping: json["version"]?.whole ?? 1))
        slices = (json["slices"]?.elements ?? []).compactMap(SliceReport.init)
        for model in models { tuned[model.key] = model.value["tuned"]?.string }
        quarantine = json["quarantine"].map { ($0["open"] == .bool(true), $0["not_learned"]?.count ?? 0) }
        tally = Tally(counts)
        modelTallies = models.map { $0.value["counts"].map(Tally.init) ?? Tally() }
        reliability = (json["reliability"]?.elements ?? []).compactMap { bin in
            let numbers = (bin.elements ?? []).compactMap(\.double)
            guard numbers.count == 5 else { return nil }
            return ReliabilityBin(
                low: numbers[0], high: numbers[1], mean: numbers[2], events: numbers[3], positives: numbers[4])
        }
    }
}

extension Tally {
    fileprivate init(_ json: JSON) {
        func value(_ name: String) -> Double { json[name]?.double ?? 0 }
        self.init(
            labelled: value("labelled"), loss: value("loss"), positives: value("positives"), alarms: value("alarms"),
            caught: value("caught"))
    }
}

extension JSON {
    fileprivate var values: MetricValues { (members ?? []).map { ($0.key, $0.value.double) } }
}
