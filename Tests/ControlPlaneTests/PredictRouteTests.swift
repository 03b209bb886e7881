import Foundation
import Testing
import Topology

@testable import ControlPlane
@testable import Engine
@testable import Page

@Suite struct PredictRouteTests {
    private let status = EngineStatus()
    private let desk = PeekDesk()
    private let table: RouteTable

    init() {
        let engines = Engines()
        table = RouteTable(routes: ControlPlane.routes(engines))
        var subject = Subject(name: "fraud", source: "payments")
        subject.classes = ["0", "1"]
        subject.words.positive = "fraud"
        subject.words.features = [
            .init(name: "amount", label: "Amount", unit: "EUR", higherMeans: "spends more")
        ]
        for partition in [0, 1] as [Int32] {
            status.update { values in
                values.tasks[partition] = EngineStatus.TaskStatus()
                values.tasks[partition]?.state = partition == 0 ? .running : .restoring
            }
        }
        var other = EngineStatus.TaskStatus()
        other.state = .running
        status.take(MetricsRecord(partition: 2, instance: "b", status: other), at: 1)
        status.notePartitions(4)
        engines.add(
            Engines.Entry(
                subject: subject, status: status, hub: EventHub { "{}" }, pages: PageCache(), peeks: desk))
    }

    private func post(_ query: [String: String], body: String = "{}", topology: String = "fraud") -> HTTPOutcome {
        table.answer(
            HTTPRequest(
                method: "POST", path: "/api/v1/topologies/\(topology)/predict", query: query, body: Array(body.utf8)))
    }

    private func response(_ outcome: HTTPOutcome) -> HTTPResponse? {
        if case .response(let response) = outcome { response } else { nil }
    }

    @Test(arguments: [
        ([:], 400 as UInt32, "has 4 partitions, each with models of its own: give `partition` or `key`"),
        (["partition": "4"], 400, "must be a number from 0 to 3"), (["partition": "x"], 400, "must be a number"),
        (["partition": "0", "explain": "21"], 400, "`explain` must be a number from 0 to 20"),
        (["key": "a", "partitioner": "mine"], 400, "must be murmur2 or crc32"),
        (["partition": "1"], 503, "partition 1 is being read back"),
        (["partition": "2"], 404, "partition 2 of fraud is answered by process b: ask there"),
        (["partition": "3"], 404, "no process has told of partition 3"),
    ])
    func whatIsRefusedAndWhy(query: [String: String], code: UInt32, words: String) {
        let refusal = response(post(query))
        #expect(refusal?.status == code && refusal?.body.contains(words) == true, "\(String(describing: refusal))")
    }

    @Test func anEventIsNeededAndATopology() {
        #expect(response(post(["partition": "0"], body: ""))?.status == 400)
        #expect(response(post([:], topology: "frod"))?.status == 404)
    }

    @Test func anAnswerWithItsReasonsInWords() async throws {
        guard case .later(let work) = post(["partition": "0", "explain": "3"]) else { throw Missing() }
        let response = await withCheckedContinuation { done in
            work(HTTPReply { done.resume(returning: $0) })
            let questions = desk.take { $0 == 0 }
            #expect(questions.map(\.reasons) == [3])
            var answer = PeekAnswer(
                partition: 0, offset: 12, events: 11, classIndex: 1, probabilities: [0.06, 0.94],
                spellings: ["0", "1"], model: "tree", version: 2)
            answer.explanation = ExplainedAnswer(
                className: "1", base: 0.03, answer: 0.94,
                reasons: [.init(feature: "amount", value: 2340, usual: 18, contribution: 0.9)], rest: 0.01)
            desk.deliver([.success(answer)], to: questions)
        }
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
        #expect(response.status == 200 && json["prediction"] as? String == "1" && json["offset"] as? Int == 12)
        #expect((json["probabilities"] as? [String: Double])?["1"] == 0.94)
        let reasons = try #require(json["reasons"] as? [String])
        #expect(
            reasons == [
                "Amount is 2,340\u{a0}EUR, usual 18\u{a0}EUR (spends more): raises the chance by 90 points.",
                "Everything else together: raises the chance by 1 point.",
            ])
        #expect((json["explanation"] as? [[String: Any]])?.first?["feature"] as? String == "amount")
    }

    @Test func tooManyAtOnceAreToldSo() async throws {
        for _ in 0..<PeekDesk.limit {
            _ = desk.ask(PeekDesk.Question(partition: 0, value: [1]) { _ in })
        }
        guard case .later(let work) = post(["partition": "0"]) else { throw Missing() }
        let refusal = await withCheckedContinuation { done in work(HTTPReply { done.resume(returning: $0) }) }
        #expect(refusal.status == 503 && refusal.headers.first?.0 == "Retry-After")
    }

    private struct Missing: Error {}
}
