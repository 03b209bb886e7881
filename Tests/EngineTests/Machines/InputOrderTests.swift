import Testing

@testable import Engine

/// In which order tasks are read: nobody starves, whatever is cut and whoever comes and goes.
@Suite struct InputOrderTests {
    @Test(arguments: 0..<40) func nobodyStarves(seed: UInt64) {
        var dice = Dice(seed: seed)
        var order = InputOrder()
        var present: Set<Int32> = []
        /// Turns since a task was last read.
        var waited: [Int32: Int] = [:]
        for _ in 0..<500 {
            if dice.below(20) == 0 {
                present = Set((0..<Int32(8)).filter { _ in dice.below(2) == 0 })
                order.tasks(present)
                waited = waited.filter { present.contains($0.key) }
            }
            let turn = order.turn()
            #expect(Set(turn) == present && turn.count == present.count)
            #expect(turn == rotation(present, from: turn.first), "by partition, from some task on")
            guard !turn.isEmpty else { continue }
            // The turn is cut at some task: those before it were read, it was begun.
            let end = dice.below(turn.count)
            let isCut = dice.below(3) > 0
            for partition in turn { waited[partition, default: 0] += 1 }
            for partition in turn[...end] { waited[partition] = 0 }
            order.ended(with: turn[end], isCut: isCut)
            let next = order.turn()
            #expect(next.first == (isCut ? turn[end] : turn[(end + 1) % turn.count]))
            // A task that is cut again and again would be first for ever; then it goes to the back.
            if isCut { order.ended(with: turn[end], isCut: false) }
            for (partition, turns) in waited {
                #expect(turns <= present.count, "\(partition) waited \(turns) turns of \(present.count)")
            }
        }
    }

    private func rotation(_ tasks: Set<Int32>, from first: Int32?) -> [Int32] {
        let sorted = tasks.sorted()
        guard let first, let place = sorted.firstIndex(of: first) else { return sorted }
        return Array(sorted[place...] + sorted[..<place])
    }

    @Test func theTurnGoesOnBehindWhereItWasWhenTasksChange() {
        var order = InputOrder()
        order.tasks([0, 1, 2, 3])
        order.ended(with: 1, isCut: false)
        order.tasks([0, 1, 3])
        #expect(order.turn() == [3, 0, 1])
        order.tasks([0, 1])
        #expect(order.turn() == [0, 1])
        order.ended(with: 9, isCut: true)
        #expect(order.turn() == [0, 1], "a task that left changes nothing")
    }
}
