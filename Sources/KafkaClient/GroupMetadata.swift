import CRDKafka

/// A consumer's membership at one moment: group, member and generation, which a broker fences offsets with.
///
/// Never changes after it was made, so that another thread may send it while the consumer goes on.
public final class GroupMetadata: @unchecked Sendable {
    // Sendable: an immutable C object that only this value owns and librdkafka only reads.
    let handle: OpaquePointer
    /// The group's generation, at least 0.
    public let generation: Int32
    /// The member's id, not empty.
    public let memberID: String
    /// The group's id.
    public let groupID: String

    /// Takes over the metadata and destroys it with this value; nil when it names no joined member.
    init?(consuming metadata: OpaquePointer) {
        var buffer: UnsafeMutableRawPointer?
        var size = 0
        var fields: (generation: Int32, group: String, member: String)?
        // The only public way to the generation and member id: the serialised form.
        if let error = rd_kafka_consumer_group_metadata_write(metadata, &buffer, &size) {
            rd_kafka_error_destroy(error)
        } else if let buffer {
            fields = GroupMetadata.parse(UnsafeRawBufferPointer(start: buffer, count: size))
            rd_kafka_mem_free(nil, buffer)
        }
        guard let fields, fields.generation >= 0, !fields.member.isEmpty else {
            rd_kafka_consumer_group_metadata_destroy(metadata)
            return nil
        }
        handle = metadata
        generation = fields.generation
        memberID = fields.member
        groupID = fields.group
    }

    deinit { rd_kafka_consumer_group_metadata_destroy(handle) }

    /// `CGMDv2:`, generation (4 bytes of this machine), then group, member and instance, each ended by a zero.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> (generation: Int32, group: String, member: String)? {
        let magic = Array("CGMDv2:".utf8)
        guard bytes.count > magic.count + 4, bytes.prefix(magic.count).elementsEqual(magic) else { return nil }
        let generation = bytes.loadUnaligned(fromByteOffset: magic.count, as: Int32.self)
        let texts = bytes.dropFirst(magic.count + 4).split(separator: 0, omittingEmptySubsequences: false)
        guard texts.count >= 2 else { return nil }
        return (generation, String(decoding: texts[0], as: UTF8.self), String(decoding: texts[1], as: UTF8.self))
    }
}
