import Testing
import Text

@Suite struct SecretPropertiesTests {
    @Test(arguments: [
        "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.oauthbearer.config",
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.assertion.private.key.pem",
        "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.jaas.config", "basic.auth.user.info",
        "basic.auth.credentials", "SASL.PASSWORD", "bearer.auth.token",
    ])
    func secrets(name: String) { #expect(SecretProperties.contains(name)) }

    @Test(arguments: [
        "bootstrap.servers", "sasl.username", "sasl.mechanism", "ssl.key.location", "ssl.ca.location", "ssl.ca.pem",
        "ssl.certificate.pem", "sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.assertion.private.key.file",
        "enable.sasl.oauthbearer.unsecure.jwt", "sasl.kerberos.keytab", "debug", "basic.auth.credentials.source",
    ])
    func others(name: String) { #expect(!SecretProperties.contains(name)) }
}
