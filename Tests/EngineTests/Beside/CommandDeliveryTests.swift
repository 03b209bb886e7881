import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// An operator's word, sent by `millrace pause` and its like to a session that runs.
@Suite(.serialized) struct CommandDeliveryTests {
    @Test func everyTaskAnswers() throws {
        let world = try WorkerSessionTests.world(2, records: 100)
        let life = try world.runToEnd()
        func ask(_ action: ControlCommand.Action) throws -> [CommandDelivery.Answer] {
            let delivery = try CommandDelivery(world.topology, action, by: "op", on: world.outside.brokers)
            #expect(delivery.partitions == 2)
            return try delivery.run(within: .seconds(30)) { _ in world.run(life, turns: 1) { false } }
        }
        let frozen = try ask(.pipeline(.freeze()))
        #expect(frozen.map(\.partition) == [0, 1] && frozen.allSatisfy { $0.isDone && $0.number == 1 })
        let refused = try ask(.pipeline(.promote("nobody")))
        #expect(refused.count == 2 && refused.allSatisfy { !$0.isDone && $0.number == 2 && $0.reason != "" })
        #expect(life.error == nil && life.session.tasks[0]?.pipeline.report().frozen == ["m"])
    }

    @Test func silenceIsTold() throws {
        let world = try WorkerSessionTests.world(2, records: 10)
        try world.runToEnd()
        let delivery = try CommandDelivery(world.topology, .pause, by: "op", on: world.outside.brokers)
        #expect(try delivery.run(within: .milliseconds(50)) { _ in }.isEmpty)
        #expect(delivery.silence(of: [0, 1], after: 3).contains("no answer from partitions 0, 1 within 3 s"))
        #expect(delivery.silence(of: [1], after: 3).contains("waits in task-control"))
        let drain = try CommandDelivery(world.topology, .drain, by: "op", on: world.outside.brokers)
        #expect(drain.silence(of: [1], after: 3).contains("does not obey it"))
    }

    @Test func whatCannotBeSentIsRefused() throws {
        let world = try WorkerSessionTests.world(2, records: 10)
        func refusal() -> String {
            do throws(EngineError) {
                let delivery = try CommandDelivery(world.topology, .pause, by: "op", on: world.outside.brokers)
                _ = try delivery.run(within: .milliseconds(10)) { _ in }
                return ""
            } catch { return error.message }
        }
        world.outside.writeFailure = KafkaError.of(KafkaError.Code.topicAuthorization, topic: "task-control")
        #expect(refusal().contains("kafka-acls.sh"))
        world.outside.writeFailure = KafkaError.of(KafkaError.Code.timedOut)
        #expect(refusal().contains("sending a command to task-control"))
        world.outside.writeFailure = nil
        world.log.createTopic("in", partitions: 3)
        #expect(refusal().contains("task-control has 2 partitions and in has 3"))
        world.log.deleteTopic("task-control")
        #expect(refusal().contains("there is no topic task-control"))
    }
}
