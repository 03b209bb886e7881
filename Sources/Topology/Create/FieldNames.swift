/// What fields' names say of them.
enum FieldNames {
    /// Whether a field by this name is likely to be an identifier.
    static func isID(_ path: String) -> Bool {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        let lower = name.lowercased()
        return ["id", "uuid", "guid", "key"].contains(lower) || lower.hasSuffix("_id") || name.hasSuffix("Id")
    }

    /// Whether a field by this name is likely to be the event's time.
    static func isTime(_ name: String) -> Bool {
        let lower = name.lowercased()
        let words = ["ts", "time", "timestamp", "datetime", "date", "event_time", "created_at", "occurred_at"]
        return words.contains(lower) || lower.hasSuffix("_time") || lower.hasSuffix("_ts") || lower.hasSuffix("_at")
    }
}
