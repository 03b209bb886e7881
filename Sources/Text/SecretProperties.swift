/// Which settings of a client hold a secret: the one list for lint, for what is stored and for what is printed.
public enum SecretProperties {
    /// Parts of names; a property that a newer librdkafka brings is better taken for a secret than printed.
    private static let words = [
        "password", "passphrase", "secret", "token", "jaas", "credential", "key.pem", "oauthbearer.config",
        "basic.auth.user.info", "authorization", "api.key",
    ]
    /// Ends of names whose value is a place where a secret stands, or an address.
    private static let places = [".location", ".file", ".url", ".path", ".source"]

    /// Whether the value of a property must stand neither in a topology nor in what is printed or stored.
    public static func contains(_ property: String) -> Bool {
        let name = property.lowercased()
        return words.contains { name.contains($0) } && !places.contains { name.hasSuffix($0) }
    }
}
