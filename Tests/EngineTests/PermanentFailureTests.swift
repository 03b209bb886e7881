import EventFormats
import KafkaClient
import MillraceTestKit
import Testing

@testable import Engine
@testable import KafkaClient

/// What no further try changes ends the run, with the cause, the place and the command that helps.
@Suite struct PermanentFailureTests {
    private func verdict(_ code: Int32, topic: String? = nil, bytes: Int = 0) throws -> EngineError? {
        let topology = try PartitionTaskTests.topology("majority")
        let settings = EngineSettings(topology: topology, instance: "a")
        return PermanentFailure(settings, TopicNames(topology))
            .verdict(KafkaError.of(code, topic: topic), recordBytes: bytes)
    }

    @Test func whatPassesIsNoEnd() throws {
        for code: Int32 in [0, KafkaError.Code.transport, KafkaError.Code.timedOut, 15, 19, KafkaError.Code.state] {
            #expect(try verdict(code) == nil)
        }
    }

    @Test func eachNamesPlaceAndCommand() throws {
        let cases: [(Int32, String?, [String])] = [
            (
                10, "t-predictions",
                ["t-predictions", "700 bytes", "MSG_SIZE_TOO_LARGE", "max.message.bytes", "kafka-configs.sh"]
            ),
            (
                29, "t-predictions",
                ["t-predictions", "may not WRITE", "TOPIC_AUTHORIZATION_FAILED", "kafka-acls.sh", "--operation Write"]
            ),
            (30, nil, ["group ", "may not READ", "kafka-acls.sh", "--group"]),
            (53, nil, ["transactional ids", "kafka-acls.sh", "--transactional-id", "prefixed"]),
            (31, nil, ["IdempotentWrite", "kafka-acls.sh"]),
            (50, nil, ["transaction.max.timeout.ms"]),
        ]
        for (code, topic, words) in cases {
            let end = try #require(try verdict(code, topic: topic, bytes: 700))
            #expect(end.kind == .unavailable && !end.isTransient)
            for word in words { #expect(end.message.contains(word), "\(word): \(end.message)") }
        }
    }

    @Test func inputAndStateNeedOtherPermissions() throws {
        let topics = TopicNames(try PartitionTaskTests.topology("majority"))
        let input = try #require(try verdict(29, topic: topics.input))
        #expect(input.message.contains("may not READ") && input.message.contains("--operation Read"))
        let state = try #require(try verdict(29, topic: topics.state))
        #expect(state.message.contains("--operation Read --operation Write"))
        // Which one it was is not always known.
        let some = try #require(try verdict(29))
        #expect(some.message.contains(topics.state) && some.message.contains(topics.output))
    }

    // MARK: Batches

    /// The limits after each cut, until there is none.
    private func cuts(_ limit: BatchLimit, largest: Int, sent: Int) -> [Int] {
        var limit = limit
        var found: [Int] = []
        while limit.cut(largestRecord: largest, sent: sent) { found.append(limit.bytes) }
        return found
    }

    @Test func aBatchIsCutUntilTheRecordGoesAlone() {
        #expect(BatchLimit().bytes == 1_000_000)
        #expect(cuts(BatchLimit(), largest: 300, sent: 400_000) == [100_000, 25_000, 6250, 1562, 1024])
    }

    @Test func aRecordThatWentAloneIsNotCut() {
        #expect(cuts(BatchLimit(), largest: 300, sent: 300) == [])
        #expect(BatchLimit(known: 5000).bytes == 5000 && BatchLimit(known: 10).bytes == 1024)
        #expect(cuts(BatchLimit(known: 5000), largest: 4800, sent: 90_000) == [])
    }

    // MARK: A transaction

    /// Takes no record; says what a broker would.
    private final class Refusing: TransactionClient {
        var failures: [KafkaError]
        let answer: DeliveryRemedy
        private(set) var rebuilds = 0
        private(set) var aborts = 0

        init(_ failures: [KafkaError], _ answer: DeliveryRemedy) {
            self.failures = failures
            self.answer = answer
        }

        let isOpen = true
        func rebuild() throws(KafkaError) { rebuilds += 1 }
        func begin() throws(KafkaError) {}
        func produce(_ record: OutputRecord) throws(KafkaError) {}
        func produce(
            _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, to partition: Int32
        ) throws(KafkaError) {}
        func sendOffsets(_ offsets: [PartitionOffset], under group: any Membership) throws(KafkaError) {
            guard failures.isEmpty, !isBroken else {
                throw KafkaError(code: KafkaError.Code.state, requiresAbort: true)
            }
        }
        func commit() throws(KafkaError) {}
        func abort() throws(KafkaError) { aborts += 1 }
        func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [PartitionOffset] { [] }
        let sawDisconnect = false
        func clearDisconnect() {}
        private var isFirst = true
        func takeDeliveryFailure() -> KafkaError? {
            // Asked once before the transaction, for what is left of the last one.
            defer { isFirst = false }
            return isFirst ? nil : failures.first
        }
        var isBroken = false
        func transactionFailure() -> KafkaError? { isBroken ? KafkaError.of(29) : nil }
        func remedy(_ failure: KafkaError) -> DeliveryRemedy { answer }
        func stateEnd(_ partition: Int32) -> Int64 { 0 }
        func close(within duration: Duration) {}
    }

    private func outcome(_ client: Refusing) throws -> CommitOutcome {
        let topics = TopicNames(try PartitionTaskTests.topology("majority"))
        let attempt = TransactionAttempt(
            client: client, topics: topics, cluster: "", predictionsAreTransactional: true, largestDeadLetter: 1 << 20,
            clock: .system, pause: { _ in })
        let draft = TransactionDraft()
        _ = draft.part(for: 0, assignment: 1)
        draft.group = MemoryMembership(1)
        return try attempt.run(draft, until: .now + .seconds(10))
    }

    private static let refused = KafkaError(undelivered: 10, to: "t-predictions", 3)

    @Test func anAbortNamesTheRecordThatWasRefusedFirst() throws {
        let client = Refusing([Self.refused], .retry)
        guard case .aborted(let reason) = try outcome(client) else { return #expect(Bool(false)) }
        #expect(reason.contains("MSG_SIZE_TOO_LARGE") && reason.contains("t-predictions [3]"), "\(reason)")
        #expect(client.rebuilds == 0 && client.aborts == 1)
    }

    @Test func aPermanentOneEndsTheRunAfterTheAbort() throws {
        let client = Refusing([Self.refused], .end(EngineError(.unavailable, "too small")))
        guard case .failed(let error) = try outcome(client) else { return #expect(Bool(false)) }
        #expect(error.message == "too small" && !error.isTransient && client.aborts == 1)
    }

    /// A record handed to a transaction that can only be aborted is refused as `_STATE`: what broke it is told.
    @Test func whatBrokeTheTransactionIsTold() throws {
        let client = Refusing([], .retry)
        client.isBroken = true
        guard case .aborted(let reason) = try outcome(client) else { return #expect(Bool(false)) }
        #expect(reason.contains("TOPIC_AUTHORIZATION_FAILED"), "\(reason)")
    }

    @Test func aCutBatchGoesAgainByANewHandle() throws {
        let client = Refusing([Self.refused], .cut(to: 2000))
        guard case .aborted(let reason) = try outcome(client) else { return #expect(Bool(false)) }
        #expect(reason.contains("at most 2000 bytes") && client.rebuilds == 1)
    }

    @Test func filesThatAreMissingAreNamed() {
        #expect(
            BrokerAccess.missingFile([("ssl.ca.location", "/nowhere/ca.pem"), ("sasl.username", "a")])?.contains(
                "/nowhere/ca.pem") == true)
        #expect(BrokerAccess.missingFile([("ssl.ca.location", "/dev/null"), ("ssl.ca.location", "probe")]) == nil)
    }

    @Test func theErrorThatTellsMostBecomesTheReason() {
        func reason(_ code: Int32, _ text: String) -> String {
            BrokerAccess.reason(bootstrap: "b:1", told: KafkaError(code: code, text), error: KafkaError.of(-185))
        }
        #expect(reason(-169, "SASL authentication error").contains("sasl.password"))
        #expect(reason(-181, "certificate verify failed").contains("ssl.ca.location"))
        #expect(reason(-181, "wrong version number").contains("security.protocol"))
        #expect(reason(-193, "Name or service not known").contains("kafka.bootstrap"))
        #expect(
            reason(-195, "incorrect security.protocol configuration (connecting to a SSL listener?)").contains(
                "sasl_ssl"))
        #expect(reason(-195, "Connection refused").contains("Start one"))
        #expect(BrokerAccess.reason(bootstrap: "b:1", told: nil, error: KafkaError.of(-185)).contains("_TIMED_OUT"))
    }
}
