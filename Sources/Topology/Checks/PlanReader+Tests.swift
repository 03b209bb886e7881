import StreamGenerators

extension PlanReader {
    /// The `tests:` block.
    func readTests(hasLateLabels: Bool) -> [TopologyTest] {
        guard let node = root.node("tests") else { return [] }
        guard case .list(let items) = node.value else {
            checker.report(node.mark, "'tests' must be a list of maps, not \(node.kindInWords)")
            return []
        }
        return items.compactMap { readTest($0, hasLateLabels) }
    }

    private func readTest(_ node: YAMLNode, _ hasLateLabels: Bool) -> TopologyTest? {
        let section = Section(checker, "tests[]", node, mark: node.mark)
        let name = section.text("name") ?? ""
        let expect = section.node("expect").map(readExpectations) ?? []
        let delay = readDelay(section)
        checkLabels(section, hasLateLabels)
        switch (section.node("input"), section.node("generate")) {
        case (.some, .some):
            checker.report(section.mark(of: "generate"), "a test has 'input' or 'generate', not both")
        case (nil, nil):
            if node.entries != nil { checker.report(node.mark, "a test needs 'input' or 'generate'") }
        case (.some, nil):
            let path = section.text("input") ?? ""
            checkFile(path, section, "input")
            let labels = section.node("labels") == nil ? nil : section.text("labels")
            if let labels { checkFile(labels, section, "labels") }
            return TopologyTest(name: name, input: .file(path), labels: labels, delay: delay, expect: expect)
        case (nil, .some):
            return TopologyTest(
                name: name, input: readStream(section.section("generate"), hasLateLabels), delay: delay,
                expect: expect)
        }
        return nil
    }

    private func checkLabels(_ section: Section, _ hasLateLabels: Bool) {
        if hasLateLabels, section.node("delay") != nil {
            checker.report(
                section.mark(of: "delay"),
                "'delay' holds back labels of the events: here they come in 'labels' of their own"
            )
        } else if hasLateLabels, section.node("input") != nil, section.node("labels") == nil {
            checker.report(section.mark, "a test of a topology with a label topic needs 'labels': the file with them")
        } else if !hasLateLabels, section.node("labels") != nil {
            checker.report(
                section.mark(of: "labels"),
                "'labels' needs a topology whose labels come by themselves: give 'label.id' and 'label.within'")
        } else if section.node("generate") != nil, section.node("labels") != nil {
            checker.report(section.mark(of: "labels"), "a generated stream brings its labels: leave 'labels' out")
        }
    }

    private func readDelay(_ section: Section) -> LabelDelay? {
        guard section.node("delay") != nil, let text = section.text("delay") else { return nil }
        let mark = section.mark(of: "delay")
        guard let delay = LabelDelay(text) else {
            checker.report(
                mark, "'\(text)' is no delay: write a number of events, such as 1000, or a time, such as 90m or 7d")
            return nil
        }
        if case .time = delay, root.section("input").node("time") == nil {
            checker.report(
                mark, "a delay of event time needs 'input.time': name the field, or write a number of events")
        }
        return delay
    }

    /// Only where it is asked for: what runs a topology somewhere else needs no test data there.
    private func checkFile(_ path: String, _ section: Section, _ key: String) {
        guard checker.looksAtFiles, !path.isEmpty,
            let mistake = TextFile.mistake(in: TopologyPlan.resolve(path, beside: checker.file))
        else { return }
        checker.report(section.node(key)?.mark ?? section.mark, "the test's \(key) '\(path)': \(mistake)")
    }

    private func readLabelDelay(_ generate: Section, _ hasLateLabels: Bool) -> DelayRange? {
        guard hasLateLabels else {
            if generate.node("label_delay") != nil {
                checker.report(
                    generate.mark(of: "label_delay"),
                    "'label_delay' needs a topology whose labels come by themselves; others take 'delay' beside 'generate'"
                )
            }
            return nil
        }
        let text = generate.text("label_delay") ?? ""
        if let range = DelayRange(text) { return range }
        checker.report(
            generate.mark(of: "label_delay"),
            "'\(text)' is no delay: write a time, such as 2d, or a range, such as 1d..7d")
        return nil
    }

    private func readStream(_ generate: Section, _ hasLateLabels: Bool) -> TopologyTest.Input {
        let stream = generate.choice("stream") ?? ""
        let seed = UInt64(generate.integer("seed"))
        var parameters: [String: String] = [:]
        if let node = generate.node("parameters") {
            for entry in node.entries ?? [] {
                parameters[entry.key] = checker.words(entry.node, entry.key).map(\.text).joined(separator: ",")
            }
            if node.entries == nil {
                checker.report(node.mark, "'parameters' must be a map of `name: value`, not \(node.kindInWords)")
            }
        }
        if !stream.isEmpty {
            do throws(StreamError) {
                _ = try StreamCatalog.make(stream, seed: seed, parameters: parameters)
            } catch {
                checker.report(generate.mark(of: "parameters"), error.message)
            }
        }
        return .generate(
            stream: stream, events: generate.integer("events"), seed: seed, parameters: parameters,
            labelDelay: readLabelDelay(generate, hasLateLabels))
    }

    /// A list of `metric: value`, or one map of them.
    private func readExpectations(_ node: YAMLNode) -> [TopologyTest.Expected] {
        let items = if case .list(let items) = node.value { items } else { [node] }
        var expected: [TopologyTest.Expected] = []
        for item in items {
            guard let entries = item.entries, !item.isNull else {
                checker.report(item.mark, "'expect' must be a list of `metric: value`, not of \(item.kindInWords)")
                continue
            }
            for entry in entries {
                if !Expectation.isKnown(metric: entry.key) {
                    let near = checker.nearest(to: entry.key, in: Expectation.metrics)
                    let list = near == nil ? ": known are \(Expectation.metrics.joined(separator: ", "))" : ""
                    checker.report(entry.mark, "unknown metric '\(entry.key)'\(list)", suggestion: near)
                } else if let expectation = entry.node.text.flatMap(Expectation.parse) {
                    expected.append(.init(metric: entry.key, expectation: expectation))
                } else {
                    checker.report(
                        entry.node.mark,
                        "'\(entry.key)' must be a number, \"> 0.7\", \"0.7..0.9\" or \"0.8 ± 0.05\", "
                            + "not \(entry.node.kindInWords)"
                    )
                }
            }
        }
        return expected
    }
}
