import Foundation
import KafkaClient
import Synchronization
import Testing

/// Events and labels fed in real time, fifty of each a second, each event a second of event time after the other: an event
/// waits five minutes, which are six seconds here, and its label comes after one.
final class LateStream: Sendable {
    static let within = 300
    private static let rate = 50.0
    private static let base = 1_700_000_000_000

    let name: String
    let broker: Broker
    private let topology: String
    private let port: Int
    /// A producer's transaction stays open over the labels.
    let hidesLabels = Mutex(false)
    private let state = Mutex(State())
    private let watch = Mutex(Watch())

    private struct Watch {
        var goesOn = true
        /// Seconds for which the count of events stood still.
        var longest = 0.0
        var sawHeld = false
    }

    /// What is fed, and what must come of it.
    private struct State {
        var goesOn = true
        /// Labels that come too late or too early are fed too: they must not meet an outage.
        var hasEveryKind = false
        var events = 0
        var expected: [String: Int] = [:]
    }

    init(_ name: String, broker: Broker) throws {
        self.name = name
        self.broker = broker
        port = 40_000 + Int(getpid()) % 10_000
        topology = NSTemporaryDirectory() + "millrace-\(name)-\(getpid()).yaml"
        let text = """
            name: \(name)
            kafka: {bootstrap: "\(broker.bootstrap)"}
            input: {topic: \(name)-events, format: json, id: id, time: t}
            features: {a: numeric, b: numeric}
            label:
              {topic: \(name)-labels, id: of, time: known, field: y, type: binary, classes: [0, 1],
               within: \(Self.within)s, on_timeout: negative, idle: 2s}
            models: {linear: logistic_regression}
            """
        try text.write(toFile: topology, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: topology) }

    /// Makes every topic; with several nodes the labels on one alone, which does nothing else for the engine. Gives that node.
    func createTopics(nodes: Int) throws -> Int {
        let admin = try Admin(broker.clients)
        defer { admin.close() }
        var busy: Set<Int32> = []
        if nodes > 1 {
            // Makes the cluster's own topics, which takes a while.
            for _ in 0..<100 {
                if (try? broker.committed(name, "\(name)-none")) != nil { break }
                Thread.sleep(forTimeInterval: 0.2)
            }
            var configuration = broker.clients
            configuration.set("transactional.id", "\(name)-first")
            let producer = try Producer(configuration)
            try producer.initTransactions(timeout: 30_000)
            producer.close(timeout: 5000)
            for (topic, key) in [("__consumer_offsets", name), ("__transaction_state", "\(name).a.0")] {
                let leaders = try admin.describe(topic: topic, timeout: 10_000).leaders
                busy.insert(leaders[Int(Self.hash(key)) % leaders.count])
            }
        }
        let node = Int32((1...nodes).last { !busy.contains(Int32($0)) } ?? 1)
        let rest = (1...Int32(nodes)).filter { $0 != node || nodes == 1 }
        let written = ["predictions", "drift", "decisions", "dead-letters", "journal", "state", "metrics", "control"]
        let topics = (["events", "labels"] + written).map { suffix in
            let config = suffix == "state" ? [("cleanup.policy", "compact")] : []
            var topic = NewTopic(name: "\(name)-\(suffix)", partitions: 1, config: config)
            if nodes > 1 { topic.nodes = suffix == "labels" ? [node] : rest }
            return topic
        }
        for error in try admin.createTopics(topics) { if let error { throw error } }
        return Int(node)
    }

    /// Java's `String.hashCode`, as the brokers take it.
    private static func hash(_ text: String) -> Int32 {
        text.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) } & .max
    }

    // MARK: Feeding

    private struct Feed {
        var rows: [(time: Int, line: String)] = []

        mutating func add(_ id: String, _ time: Int, _ value: Int) {
            let line = "{\"of\":\"\(id)\",\"known\":\(LateStream.base + time * 1000),\"y\":\(value)}"
            let place = rows.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
            rows.insert((time, line), at: place)
        }
    }

    private func event(_ id: String, _ time: Int) -> [UInt8] {
        Array("{\"id\":\"\(id)\",\"t\":\(Self.base + time * 1000),\"a\":\(time % 7),\"b\":\(time % 5)}".utf8)
    }

    private func expect(_ names: String...) {
        state.withLock { state in for name in names { state.expected[name, default: 0] += 1 } }
    }

    /// The labels of an event that comes at this second.
    private func label(_ number: Int, at time: Int, everyKind: Bool, _ feed: inout Feed) {
        let id = "e\(number)"
        switch number % 10 {
        case 0: return expect("timed_out")
        case 1:
            feed.add(id, time + 70, 1)
            expect("duplicate")
        case 2:
            feed.add(id, time + 70, 0)
            expect("conflict")
        case 3:
            feed.add("nobody \(number)", time + 30, 1)
            expect("early", "orphan")
        case 4 where everyKind:
            feed.add(id, time + Self.within + 50, 1)
            return expect("timed_out", "late")
        case 5 where everyKind:
            feed.add(id, time - 20, 1)
            return expect("early", "matched")
        default: break
        }
        feed.add(id, time + 50, 1)
        expect("matched")
    }

    private func feed() throws {
        let events = try broker.producer()
        var configuration = broker.clients
        configuration.set("transactional.id", "\(name)-labels")
        configuration.set("transaction.timeout.ms", "120000")
        let hidden = try Producer(configuration)
        let labels = try broker.producer()
        defer { for producer in [events, labels, hidden] { producer.close(timeout: 5000) } }
        try hidden.initTransactions(timeout: 30_000)
        let topics = try (events.topic("\(name)-events"), labels.topic("\(name)-labels"))
        let hiddenTopic = try hidden.topic("\(name)-labels")
        var feed = Feed()
        var isHiding = false
        let start = Date()
        var time = 0
        // Labels that come before their events are fed twenty events early.
        func step(scores: Bool) throws {
            let next = time + 20
            if scores {
                label(next, at: next, everyKind: state.withLock { $0.hasEveryKind }, &feed)
                try events.produce(
                    value: event("e\(time)", time), key: nil, headers: [], to: topics.0, partition: 0, timeout: 10_000)
            }
            let hides = hidesLabels.withLock { $0 }
            if hides != isHiding {
                if hides { try hidden.beginTransaction() } else { try hidden.commitTransaction(timeout: 30_000) }
                isHiding = hides
            }
            while let row = feed.rows.first, row.time <= time {
                feed.rows.removeFirst()
                try (isHiding ? hidden : labels).produce(
                    value: Array(row.line.utf8), key: nil, headers: [], to: isHiding ? hiddenTopic : topics.1,
                    partition: 0, timeout: 10_000)
            }
            time += 1
            Thread.sleep(until: start + Double(time) / Self.rate)
        }
        for early in 0..<20 { label(early, at: early, everyKind: false, &feed) }
        while state.withLock({ $0.goesOn }) { try step(scores: true) }
        // The events whose labels are under way, and then those labels.
        let last = time + 20
        while time < last {
            try events.produce(
                value: event("e\(time)", time), key: nil, headers: [], to: topics.0, partition: 0, timeout: 10_000)
            try step(scores: false)
        }
        while !feed.rows.isEmpty { try step(scores: false) }
        state.withLock { $0.events = last }
        try events.flush(timeout: 60_000)
        try labels.flush(timeout: 60_000)
        // An hour later everything is due, but for one that is so a second after that.
        for (id, at) in [("end", time + 3600), ("after", time + 3600 - Self.within + 1)] {
            try events.produce(
                value: event(id, at), key: nil, headers: [], to: topics.0, partition: 0, timeout: 10_000)
        }
        try events.flush(timeout: 60_000)
    }

    // MARK: What the engine says

    private func metrics() -> String { (try? HTTP.get("http://127.0.0.1:\(port)/metrics")) ?? "" }

    private func value(_ series: String, in text: String) -> Int? {
        text.split(separator: "\n").first { $0.hasPrefix(series) }.flatMap {
            $0.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) }
        }
    }

    private func count(_ outcome: String, in text: String) -> Int? {
        text.split(separator: "\n").first {
            $0.hasPrefix("millrace_labels_total") && $0.contains("outcome=\"\(outcome)\"")
        }.flatMap { $0.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } }
    }

    /// Looks at the figures until it is told not to.
    private func look() {
        var before = 0, since = Date()
        while watch.withLock({ $0.goesOn }) {
            let text = metrics()
            let now = value("millrace_events_total", in: text) ?? before
            if now > before { (before, since) = (now, Date()) }
            let isHeld = value("millrace_labels_held", in: text) == 1
            watch.withLock { watch in
                watch.longest = max(watch.longest, -since.timeIntervalSinceNow)
                watch.sawHeld = watch.sawHeld || isHeld
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// Runs the engine through an outage and compares everything.
    func run(_ outage: () throws -> Void) throws {
        let engine = try EngineProcess(
            ["run", topology, "--instance", "a", "--http", "127.0.0.1:\(port)"], environment: ["MILLRACE_LOG": "debug"])
        #expect(engine.waitUntilReady(), "\(engine.errors.suffix(2000))")
        Thread.detachNewThread { [self] in
            do { try feed() } catch { Issue.record("feeding: \(error)") }
        }
        let isSettled = engine.wait(20) { (self.value("millrace_events_total", in: self.metrics()) ?? 0) > 50 }
        #expect(isSettled, "\(engine.errors.suffix(2000))")
        watch.withLock { $0 = Watch() }
        Thread.detachNewThread { [self] in look() }
        Thread.sleep(forTimeInterval: 3)
        try outage()
        let isBack = engine.wait(40) { self.value("millrace_labels_held", in: self.metrics()) == 0 }
        #expect(isBack, "\(engine.errors.suffix(3000))")
        // Until labels are level again, then every kind of label.
        Thread.sleep(forTimeInterval: 3)
        state.withLock { $0.hasEveryKind = true }
        Thread.sleep(forTimeInterval: 3)
        state.withLock { $0.hasEveryKind = false }
        watch.withLock { $0.goesOn = false }
        #expect(watch.withLock { $0.sawHeld }, "timeouts were not held")
        let pause = watch.withLock { $0.longest }
        print("\(name): scoring stood still for at most \(String(format: "%.2f", pause)) s")
        // The figures come every half second. A machine that runs many tests at once is slow by itself.
        #expect(pause < (IntegrationTests.LabelOutageTests.isLong ? 1.6 : 4))
        state.withLock { $0.goesOn = false }
        // The last labels, then silence.
        let isDone = engine.wait(30) {
            let events = self.state.withLock { $0.events }
            let text = self.metrics()
            return events > 0 && self.value("millrace_events_total", in: text) ?? 0 >= events + 2
                && self.count("taken", in: text) ?? 0 >= self.labelCount
        }
        #expect(isDone, "\(engine.errors.suffix(3000))")
        let silent = Date()
        let expected = state.withLock { $0.expected }
        let timeouts = expected["timed_out", default: 0]
        #expect(count("timed_out", in: metrics()) == timeouts)
        let ticked = engine.wait(10) { (self.count("timed_out", in: self.metrics()) ?? 0) > timeouts }
        let after = -silent.timeIntervalSinceNow
        print("\(name): the last event's time ran out \(String(format: "%.2f", after)) s after the last record")
        // Idle is two seconds; the figures come every half second.
        #expect(
            ticked && after < (IntegrationTests.LabelOutageTests.isLong ? 3.6 : 6), "\(engine.errors.suffix(2000))")
        let text = metrics()
        for (outcome, wanted) in expected where outcome != "timed_out" {
            #expect(count(outcome, in: text) == wanted, "\(outcome)")
        }
        for outcome in ["superseded", "dropped", "corrected", "withdrawn"] { #expect(count(outcome, in: text) == 0) }
        print("\(name): \(expected.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
        engine.signal(SIGTERM)
        #expect(engine.waitForExit(seconds: 30) == 0, "\(engine.errors.suffix(2000))")
    }

    /// Labels that were fed.
    private var labelCount: Int {
        state.withLock { state in
            ["matched", "duplicate", "conflict", "orphan", "late"].reduce(0) { $0 + state.expected[$1, default: 0] }
        }
    }
}
