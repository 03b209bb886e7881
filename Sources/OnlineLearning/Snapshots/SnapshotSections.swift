extension SnapshotWriter {
    /// Begins a state made of sections: what `SnapshotSections` reads.
    mutating func beginSections() {
        write(SnapshotSections.magic)
        write(SnapshotSections.version)
    }

    /// Appends a section: its name, what decides its content in one spelling, its length, its bytes and their checksum.
    mutating func section(_ name: String, _ text: String, _ body: (inout SnapshotWriter) -> Void) {
        write(name)
        write(text)
        let place = bytes.count
        write(UInt64(0))
        body(&self)
        let start = place + 8
        patch(UInt64(bytes.count - start), at: place)
        write(bytes.withUnsafeBytes { StableHash.of(UnsafeRawBufferPointer(rebasing: $0[start...])) })
    }
}

/// State in named sections, one per component: taken by name, so that the order decides nothing, and each with the text
/// that decides what its component learns, so that a component is known again or refused in words.
struct SnapshotSections {
    static let magic = "millrace pipeline"
    static let version: UInt16 = 4

    private let bytes: [UInt8]
    private var sections: [String: (text: String, range: Range<Int>)] = [:]
    /// Names in the order of the bytes.
    private var names: [String] = []

    /// Finds the sections and checks them; nothing is trusted that is not there.
    init(_ reader: inout SnapshotReader) throws(SnapshotError) {
        let found = try reader.readText()
        guard found == Self.magic else {
            if found.hasPrefix("pipeline ") { throw Self.foreign(String(found.dropFirst(9))) }
            throw SnapshotError("this is no snapshot of a pipeline")
        }
        let version = try reader.read(UInt16.self)
        guard version == Self.version else { throw Self.foreign("\(version)") }
        bytes = reader.bytes
        while reader.remaining > 0 {
            let name = try reader.readText()
            let text = try reader.readText()
            let length = Int(clamping: try reader.read(UInt64.self))
            let range = try reader.take(length)
            let sum = reader.bytes.withUnsafeBytes { StableHash.of(UnsafeRawBufferPointer(rebasing: $0[range])) }
            guard try reader.read(UInt64.self) == sum else {
                throw SnapshotError("the snapshot's section '\(name)' is damaged: its checksum does not match")
            }
            guard sections.updateValue((text, range), forKey: name) == nil else {
                throw SnapshotError("the snapshot has the section '\(name)' twice")
            }
            names.append(name)
        }
    }

    private static func foreign(_ version: String) -> SnapshotError {
        SnapshotError(
            "the state has format \(version), this build reads format \(Self.version): begin anew under another name, "
                + "or reset: delete the group's committed offsets and the topology's -state topic")
    }

    /// Whether a section is there that need not be.
    func has(_ name: String) -> Bool { sections[name] != nil }

    /// Takes a section, which must be there and must have been decided by the same text, and reads all of it.
    mutating func take(
        _ name: String, _ text: String, _ body: (inout SnapshotReader) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        try look(name, text, body)
        sections[name] = nil
    }

    /// The same, and the section stays.
    func look(
        _ name: String, _ text: String, _ body: (inout SnapshotReader) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        guard let found = sections[name] else {
            throw SnapshotError("the snapshot has no section '\(name)', which the topology needs")
        }
        guard found.text == text else {
            throw SnapshotError("the snapshot's section '\(name)' is '\(found.text)', here it is '\(text)'")
        }
        var reader = SnapshotReader(bytes, found.range)
        try body(&reader)
        guard reader.remaining == 0 else {
            throw SnapshotError("the snapshot's section '\(name)' has \(reader.remaining) bytes too many")
        }
    }

    /// Names and bytes of all sections but some, in their order.
    func bytes(without left: Set<String>) -> [UInt8] {
        names.filter { !left.contains($0) }.flatMap { Array($0.utf8) + bytes[sections[$0]!.range] }
    }

    /// Refuses what nobody took.
    func finish() throws(SnapshotError) {
        guard let name = names.first(where: { sections[$0] != nil }) else { return }
        throw SnapshotError("the snapshot has a section '\(name)', which the topology does not have")
    }
}
