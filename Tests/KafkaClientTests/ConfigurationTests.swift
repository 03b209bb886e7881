import Testing

@testable import KafkaClient

extension KafkaTests {
    @Suite struct Configuration {
        @Test(arguments: [
            "bootstrap.servers", "linger.ms", "group.id", "transactional.id", "acks", "sasl.mechanism",
            "ssl.ca.location",
        ])
        func realPropertiesAreKnown(_ name: String) {
            #expect(KafkaProperties.isKnown(name))
        }

        @Test(arguments: [
            ("linger.mss", "linger.ms"), ("group.ids", "group.id"), ("Acks", "acks"), ("fetch.wait.ms", nil),
        ])
        func mistypedPropertiesGetASuggestion(_ name: String, _ expected: String?) {
            #expect(!KafkaProperties.isKnown(name))
            if let expected { #expect(KafkaProperties.nearest(to: name) == expected) }
            #expect(KafkaProperties.nearest(to: "zzzzzzzzzzzzzzzz") == nil)
        }

        @Test func valuesAreChecked() {
            #expect(KafkaProperties.problem("linger.ms", "5") == nil)
            #expect(KafkaProperties.problem("linger.ms", "soon")?.contains("linger.ms") == true)
            #expect(KafkaProperties.problem("linger.mz", "5")?.contains("did you mean linger.ms?") == true)
        }

        @Test func theLastValueOfAKeyWinsAndSecretsAreHidden() {
            var configuration = KafkaConfiguration(
                bootstrap: "a:1",
                properties: [("sasl.password", "hunter2"), ("ssl.key.pem", "KEY"), ("linger.ms", "1")])
            configuration.set("linger.ms", "2")
            configuration.setIfKnown("no.such.key", "1")
            #expect(configuration["linger.ms"] == "2" && configuration["no.such.key"] == nil)
            let text = configuration.redactedDescription
            #expect(!text.contains("hunter2") && !text.contains("KEY"))
            #expect(text.contains("bootstrap.servers=a:1") && text.contains("linger.ms=2"))
        }

        @Test func wrongPropertiesAreRefusedWhenAClientIsMade() {
            let wrong = KafkaConfiguration(bootstrap: "127.0.0.1:1", properties: [("group.idd", "g")])
            let failure = #expect(throws: KafkaError.self) { _ = try Consumer(wrong) }
            #expect(failure?.message.contains("group.id?") == true)
            // Each right alone, wrong together: refused by rd_kafka_new, which then leaves the configuration to us.
            let clash = KafkaConfiguration(
                bootstrap: "127.0.0.1:1", properties: [("transactional.id", "x"), ("acks", "1")])
            #expect(throws: KafkaError.self) { _ = try Producer(clash) }
        }

        @Test func unreachableBrokersTimeOutAndCloseDoesNotHang() throws {
            let producer = try Producer(.producer("127.0.0.1:1", transactionalID: "x"))
            let failure = #expect(throws: KafkaError.self) { try producer.initTransactions(timeout: 500) }
            #expect(failure?.isRetriable == true)
            #expect(producer.sawDisconnect)
            let start = ContinuousClock.now
            #expect(producer.close(timeout: 5_000))
            #expect(ContinuousClock.now - start < .seconds(4))
        }

        @Test func groupMetadataIsReadFromItsSerialisedForm() {
            let bytes: [UInt8] = Array("CGMDv2:".utf8) + [7, 0, 0, 0] + Array("group\0member\0\0".utf8)
            let fields = bytes.withUnsafeBytes { GroupMetadata.parse($0) }
            #expect(fields?.generation == 7 && fields?.group == "group" && fields?.member == "member")
            for length in 0..<11 {
                #expect(bytes.prefix(length).withUnsafeBytes { GroupMetadata.parse($0) } == nil)
            }
        }

        @Test func errorsDescribeThemselves() {
            #expect(KafkaError.describe(KafkaError.Code.fenced).hasPrefix("_FENCED"))
            #expect(KafkaError.of(KafkaError.Code.timedOut).isTimedOut)
            #expect(KafkaLibrary.versionNumber >= 0x0200_0200)
        }
    }
}
