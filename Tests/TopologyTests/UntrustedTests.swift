import Testing

@testable import Topology

@Suite("A topology of somebody else loads no code, runs no program, takes no memory and no topic of others")
struct UntrustedTests {
    private func findings(_ properties: String) -> [String] {
        TopologyFile.check(
            text: topology("kafka: {properties: {\(properties)}}\n"), file: "t.yaml", environment: [:]
        ).1.map { $0.description }
    }

    @Test(arguments: [
        "plugin.library.paths", "interceptors", "ssl.engine.location", "ssl.providers", "sasl.kerberos.kinit.cmd",
    ])
    func whatLoadsCodeOrRunsProgramsIsRefused(property: String) {
        let found = findings("\(property): x")
        #expect(found.count == 1 && found[0].contains("the property '\(property)' is refused"), "\(found)")
    }

    @Test func whatGetsIntoAShellIsPlain() {
        let found = findings("sasl.kerberos.principal: \"a$(touch x)\"")
        #expect(found.count == 1 && found[0].contains("shell command"))
        #expect(findings("sasl.kerberos.principal: millrace/host@REALM.COM") == [])
    }

    @Test func weakConnectionsAreWarnedOf() {
        for (properties, word) in [
            ("enable.ssl.certificate.verification: false, security.protocol: ssl", "certificate is not checked"),
            ("ssl.endpoint.identification.algorithm: none, security.protocol: ssl", "name is not checked"),
            ("security.protocol: SASL_PLAINTEXT", "SASL without TLS"), ("sasl.mechanism: PLAIN", "has no effect"),
        ] {
            let found = findings(properties)
            #expect(found.count == 1 && found[0].contains("warning: ") && found[0].contains(word), "\(found)")
        }
        #expect(findings("security.protocol: sasl_ssl, sasl.mechanism: PLAIN") == [])
    }

    @Test func ownAndInternalTopicsAreRefused() {
        for topic in ["shop-state", "shop-drift", "shop-dead-letters", "__consumer_offsets"] {
            #expect(check(topology("output: {topic: \(topic)}\n")).findings.count == 1, "\(topic)")
            #expect(check(topology("input: {topic: \(topic)}\n")).findings.count == 1, "\(topic)")
        }
        #expect(check(topology("output: {topic: shop-predictions}\n")).findings == [])
    }

    /// 300 models with windows of a million events were made before it was said that memory is too little: 9.4 GB.
    @Test func windowsAreReckonedAndNotMade() {
        let models = (0..<300).map { "m\($0): no_change" }.joined(separator: ", ")
        let text = topology("metrics: {window: 1000000}\nmodels: {\(models)}\n")
        let (plan, findings) = TopologyFile.check(text: text, file: "t.yaml", environment: [:])
        #expect(plan == nil)
        #expect(findings.count == 1)
        #expect(
            findings.first?.message.contains(
                "9632000000 bytes for windows, transforms and tables: metrics of the last 1000000 events") == true)
    }
}
