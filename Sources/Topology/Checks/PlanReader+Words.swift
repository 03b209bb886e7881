extension PlanReader {
    /// What people call things. The keys themselves were checked where their sections were read.
    func readWords(_ fields: [String]) -> TopologyWords {
        var words = TopologyWords()
        if root.node("input") != nil { words.item = root.section("input").text("item") ?? words.item }
        if root.node("label") != nil {
            let label = root.section("label")
            words.positive = label.text("positive") ?? ""
            words.other = label.text("other") ?? ""
            words.unit = label.text("unit") ?? ""
        }
        let entries = root.node("features")?.entries ?? []
        words.features = fields.map { name in
            let members = entries.first { $0.key == name }?.node.entries ?? []
            func text(_ key: String) -> String? { members.first { $0.key == key }?.node.text }
            return TopologyWords.Feature(
                name: name, label: text("label") ?? name, unit: text("unit") ?? "",
                higherMeans: text("higher_means") ?? "")
        }
        return words
    }
}
