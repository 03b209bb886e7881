import Engine
import Page
import Text

/// `POST /api/v1/topologies/{topology}/predict`: what would be answered to an event now, and why. Nothing is learned.
enum PredictRoute {
    private static let most = 20

    static func make(_ engines: Engines) -> Route {
        Route(
            method: "POST", path: "/api/v1/topologies/{topology}/predict",
            summary: "What would be answered to an event now; nothing is learned",
            parameters: [
                .init(name: "topology", description: "The topology's name", isInPath: true, isRequired: true),
                .init(name: "partition", description: "The partition whose models are asked"),
                .init(
                    name: "key",
                    description:
                        "The event's key, which says the partition; `partitioner` says how, as its producers do"),
                .init(
                    name: "partitioner",
                    description: "`murmur2`, as Kafka's own clients do, unless given; or `crc32`, as librdkafka's do"),
                .init(name: "explain", description: "So many reasons, \(most) at most"),
            ],
            body: "One record of the input topic"
        ) { request in
            do throws(Refusal) { return try answer(request, engines) } catch { return .response(error.response) }
        }
    }

    private struct Refusal: Error {
        var response: HTTPResponse

        init(_ status: UInt32, _ detail: String, _ members: [(String, JSON)] = [], retry: Bool = false) {
            response = .problem(status, detail, headers: retry ? [("Retry-After", "1")] : [], members: members)
        }
    }

    private static func answer(_ request: HTTPRequest, _ engines: Engines) throws(Refusal) -> HTTPOutcome {
        guard let entry = engines.entry(request.parameters["topology"] ?? "") else {
            return .response(TopologyRoutes.unknown(request, engines))
        }
        guard let desk = entry.peeks else { throw Refusal(503, "\(entry.topology) takes no questions") }
        guard !request.body.isEmpty else {
            throw Refusal(400, "the body must be an event, as in \(entry.subject.source)")
        }
        let reasons = try number("explain", request, 0...most) ?? 0
        let partition = try partition(request, entry)
        guard let state = entry.status.taskState(partition) else { throw elsewhere(partition, entry) }
        guard state == .running else {
            throw Refusal(503, "partition \(partition) is being read back; try again soon", retry: true)
        }
        let key = request.query["key"].map { Array($0.utf8) }
        let body = request.body
        return .later { reply in
            let question = PeekDesk.Question(partition: partition, value: body, key: key, reasons: reasons) { result in
                switch result {
                case .success(let answer): reply.send(.json(json(answer, entry.subject)))
                case .failure(let fault): reply.send(.problem(400, fault.reason))
                }
            }
            guard !desk.ask(question) else { return }
            let full = Refusal(503, "\(PeekDesk.limit) questions wait already; try again", retry: true)
            reply.send(full.response)
        }
    }

    private static func elsewhere(_ partition: Int32, _ entry: Engines.Entry) -> Refusal {
        guard let told = entry.status.told[partition] else {
            return Refusal(404, "no process has told of partition \(partition) of \(entry.topology) yet")
        }
        return Refusal(
            404, "partition \(partition) of \(entry.topology) is answered by process \(told.instance): ask there",
            [("process", .text(told.instance))])
    }

    private static func number(
        _ name: String, _ request: HTTPRequest, _ range: ClosedRange<Int>
    ) throws(Refusal) -> Int? {
        guard let text = request.query[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Refusal(400, "`\(name)` must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// By its number, by the key, or the only one.
    private static func partition(_ request: HTTPRequest, _ entry: Engines.Entry) throws(Refusal) -> Int32 {
        let count = entry.status.knownPartitions
        guard count > 0 else { throw Refusal(503, "no partition is assigned yet", retry: true) }
        if let given = try number("partition", request, 0...count - 1) { return Int32(given) }
        if let key = request.query["key"] {
            let word = request.query["partitioner"] ?? "murmur2"
            guard let found = PeekDesk.partition(ofKey: Array(key.utf8), count: count, partitioner: word) else {
                throw Refusal(400, "`partitioner` must be murmur2 or crc32")
            }
            return found
        }
        guard count == 1 else {
            throw Refusal(
                400, "\(entry.topology) has \(count) partitions, each with models of its own: give `partition` or `key`"
            )
        }
        return 0
    }

    private static func json(_ answer: PeekAnswer, _ subject: Subject) -> JSON {
        var members: [(String, JSON)] = [
            ("topology", .text(subject.name)), ("partition", .integer(Int64(answer.partition))),
            ("offset", .integer(answer.offset)), ("events", .unsigned(answer.events)),
        ]
        if let name = answer.className {
            members.append(("prediction", .text(name)))
        } else if answer.value.isFinite {
            members.append(("prediction", .number(answer.value)))
        }
        if !answer.probabilities.isEmpty {
            let named = zip(answer.spellings, answer.probabilities).map { ($0, JSON.number($1)) }
            members.append(("probabilities", .object(named)))
        }
        members += [("model", .text(answer.model)), ("version", .unsigned(UInt64(answer.version)))]
        if let explanation = answer.explanation { members += ReasonWords(subject).json(explanation) }
        return .object(members)
    }
}
