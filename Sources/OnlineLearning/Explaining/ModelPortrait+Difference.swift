public import Text

extension ModelPortrait {
    /// How it differs from another model, or from what it was, in plain words: a sentence each. Empty: in nothing that is
    /// told.
    public func differences(from other: ModelPortrait) -> [String] {
        var lines: [String] = []
        if component.name == other.component.name {
            let changed = component.difference(from: other.component)
            if !changed.isEmpty { lines.append("parameters, in brackets the other's: \(changed)") }
        } else {
            lines.append("it is a \(component.name), the other a \(other.component.name)")
        }
        if learned != other.learned { lines.append("it has learned \(learned) labels, the other \(other.learned)") }
        if bytes != other.bytes { lines.append("it takes \(bytes) bytes, the other \(other.bytes)") }
        for (name, own, theirs) in shared(window, other.window, ["accuracy", "mae"]) where own != theirs {
            lines.append("\(name) of late \(Self.short(own)), the other's \(Self.short(theirs))")
        }
        for name in Set(sketch.figures.keys).union(other.sketch.figures.keys).sorted() {
            let (own, theirs) = (sketch.figures[name] ?? 0, other.sketch.figures[name] ?? 0)
            if own != theirs { lines.append("\(name): \(Self.short(own)), the other's \(Self.short(theirs))") }
        }
        lines += influences(other) + weights(other)
        if sketch.tests != other.sketch.tests, let first = sketch.tests.first ?? other.sketch.tests.first {
            lines.append(
                sketch.tests.first == other.sketch.tests.first
                    ? "the first test of both is \(first), and some of those below it differ"
                    : "its first test is \(sketch.tests.first ?? "none"), the other's "
                        + "\(other.sketch.tests.first ?? "none")")
        }
        return lines
    }

    /// Features that it leans on more, or less, by two points at least; the five that differ most.
    private func influences(_ other: ModelPortrait) -> [String] {
        guard !sketch.uses.isEmpty, !other.sketch.uses.isEmpty else { return [] }
        struct Use {
            var name: String
            var own: Double
            var other: Double
            var distance: Double { abs(own - other) }
        }
        let names = Set(sketch.uses.keys).union(other.sketch.uses.keys).sorted()
        let uses = names.map { Use(name: $0, own: sketch.uses[$0] ?? 0, other: other.sketch.uses[$0] ?? 0) }
        let moved = uses.filter { $0.distance >= 0.02 }.sorted { $0.distance > $1.distance }.prefix(5)
        return [true, false].compactMap { isMore in
            let found = moved.filter { ($0.own > $0.other) == isMore }
            guard !found.isEmpty else { return nil }
            let list = found.map { "\($0.name) (\(Self.percent($0.own)), the other's \(Self.percent($0.other)))" }
            return "it leans \(isMore ? "more" : "less") on \(list.joined(separator: ", "))"
        }
    }

    /// The five weights that differ most.
    private func weights(_ other: ModelPortrait) -> [String] {
        func name(_ weight: ModelSketch.Weight) -> String {
            weight.input + (weight.toClass.isEmpty ? "" : " for \(weight.toClass)")
        }
        var theirs: [String: Double] = [:]
        for weight in other.sketch.weights { theirs[name(weight)] = weight.value }
        var moved: [(name: String, own: Double, other: Double)] = []
        for weight in sketch.weights {
            guard let before = theirs[name(weight)], before != weight.value else { continue }
            moved.append((name(weight), weight.value, before))
        }
        guard !moved.isEmpty else { return [] }
        moved.sort { abs($0.own - $0.other) > abs($1.own - $1.other) }
        let list = moved.prefix(5).map { weight -> String in
            let turned = weight.own * weight.other < 0 ? ", the other way" : ""
            return "\(weight.name) \(Self.short(weight.own)) (\(Self.short(weight.other))\(turned))"
        }
        return ["weights, in brackets the other's: \(list.joined(separator: ", "))"]
    }

    private func shared(
        _ own: MetricValues, _ other: MetricValues, _ names: [String]
    ) -> [(name: String, own: Double, other: Double)] {
        names.compactMap { name in
            guard let first = own.first(where: { $0.name == name })?.value,
                let second = other.first(where: { $0.name == name })?.value
            else { return nil }
            return (name, first, second)
        }
    }

    private static func short(_ value: Double) -> String { NumberText.shortest((value * 10_000).rounded() / 10_000) }

    private static func percent(_ share: Double) -> String { "\(NumberText.shortest((share * 1000).rounded() / 10)) %" }

    /// What it looks at, the most first: shares that sum to 1; empty: it does not tell.
    public var influences: [(feature: String, share: Double)] {
        sketch.uses.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Everything, for programs.
    public var json: JSON {
        .object([
            ("name", .text(name)), ("answers", .bool(answers)), ("answered_before", .bool(isPredecessor)),
            ("component", .text(component.name)), ("parameters", .text(component.parameters.canonicalText)),
            ("version", version.map { .unsigned(UInt64($0)) } ?? .null), ("learned", .unsigned(learned)),
            ("bytes", .integer(Int64(bytes))),
            ("metrics", .object(metrics.map { ($0.name, .optional($0.value)) })),
            ("window", .object(window.map { ($0.name, .optional($0.value)) })),
            ("figures", .object(sketch.figures.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
            ("influences", .object(influences.map { ($0.feature, .number($0.share)) })),
            (
                "weights",
                .array(
                    sketch.weights.map {
                        ["input": .text($0.input), "class": .text($0.toClass), "value": .number($0.value)]
                    })
            ),
            ("tests", .array(sketch.tests.map(JSON.text))),
        ])
    }
}
