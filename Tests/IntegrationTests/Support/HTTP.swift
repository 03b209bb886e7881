/// Requests to an engine's control plane.
enum HTTP {
    /// The body of an answer, whatever its status.
    static func get(_ address: String) throws -> String { try Shell.run(["curl", "-sS", address]).output }
}
