import Engine

extension Facts {
    /// A process that has told nothing for three times as long as usual.
    var silence: Double { 3.5 * (EngineStatus.tellingInterval(tasks: situation.partitions) / .seconds(1)) }

    /// How many processes answer.
    var processCount: Int { Set(situation.processes.values.map(\.name)).count }

    /// Its process tells nothing any more, and it has events to answer.
    func isSilent(_ partition: Int32) -> Bool {
        guard situation.isLive, let told = situation.processes[partition]?.told else { return false }
        return situation.to - told > silence && (situation.tasks[partition]?.lag ?? 1) > 0
    }

    /// Processes that tell nothing any more, with when they last did and their partitions.
    var silent: [(name: String, told: Double, partitions: [Int32])] {
        var found: [String: (told: Double, partitions: [Int32])] = [:]
        for (partition, process) in situation.processes.sorted(by: { $0.key < $1.key }) {
            guard let told = process.told, isSilent(partition) else { continue }
            let known = found[process.name]
            found[process.name] = (max(told, known?.told ?? 0), (known?.partitions ?? []) + [partition])
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.told, $0.value.partitions) }
    }

    /// Partitions of which nobody has told anything.
    var unanswered: [Int32] {
        guard situation.isLive, !situation.isLoading, situation.uptime > silence else { return [] }
        return (0..<Int32(situation.partitions)).filter { situation.tasks[$0] == nil }
    }

    /// Partitions by number: `partition 3`, `partitions 1 and 2`.
    static func partitions(_ numbers: [Int32]) -> String {
        "partition\(numbers.count == 1 ? "" : "s") " + Figures.list(numbers.map(String.init))
    }
}
