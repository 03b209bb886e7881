import Foundation
import Testing

@testable import Engine

@Suite struct OffsetMetadataTests {
    @Test func survivesTheRoundTripWithEveryFieldAndStaysSmall() {
        var metadata = OffsetMetadata()
        metadata.attempt = 3
        metadata.sequence = .max
        metadata.snapshot = 0x0102_0304_0506_0708
        metadata.stateLowerBound = 123_456_789_012
        metadata.streamTime = -1
        metadata.events = 45_312
        metadata.digest = 0xdead_beef_cafe_f00d
        metadata.numerics = 42
        metadata.crashed = (0..<Int64(OffsetMetadata.maxCrashed)).map { $0 * 1_000_000_007 }
        let encoded = metadata.encoded
        #expect(encoded.count <= 256)
        #expect(OffsetMetadata(encoded: encoded) == metadata)
    }

    @Test func foreignTextIsNotOurs() {
        #expect(OffsetMetadata(encoded: []) == nil)
        #expect(OffsetMetadata(encoded: Array("consumer of team B".utf8)) == nil)
        #expect(OffsetMetadata(encoded: Array(Data(repeating: 1, count: 58).base64EncodedData())) == nil)
        // A length that is not there.
        var bytes = [UInt8](Data(base64Encoded: Data(OffsetMetadata().encoded))!)
        bytes[58] = 200
        #expect(OffsetMetadata(encoded: Array(Data(bytes).base64EncodedData())) == nil)
        bytes[58] = 1
        #expect(OffsetMetadata(encoded: Array(Data(bytes).base64EncodedData())) == nil)
    }
}
