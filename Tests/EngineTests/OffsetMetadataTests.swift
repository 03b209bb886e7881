import Foundation
import Testing

@testable import Engine

@Suite struct OffsetMetadataTests {
    static let place = OffsetMetadata.Place(cluster: "c", topic: "in", partition: 3, offset: 9_000_000_000_000)

    static var full: OffsetMetadata {
        var metadata = OffsetMetadata()
        metadata.attempt = 3
        metadata.sequence = 0x0102_0304_0506_0708
        metadata.snapshot = 0x0002_0304_0506_0708
        metadata.stateLowerBound = 123_456_789_012
        metadata.streamTime = -1
        metadata.events = 45_312
        metadata.digest = 0xdead_beef_cafe_f00d
        metadata.numerics = 42
        metadata.crashed = (0..<Int64(OffsetMetadata.maxCrashed)).map { $0 * 1_000_000_007 }
        return metadata
    }

    private func refusal(_ text: [UInt8], _ place: OffsetMetadata.Place = place) -> OffsetMetadata.Refusal? {
        do throws(OffsetMetadata.Refusal) { _ = try OffsetMetadata(encoded: text, for: place) } catch { return error }
        return nil
    }

    @Test func survivesTheRoundTripWithEveryFieldAndStaysSmall() throws {
        let encoded = Self.full.encoded(for: Self.place)
        #expect(encoded.count <= 256)
        #expect(try OffsetMetadata(encoded: encoded, for: Self.place) == Self.full)
    }

    @Test func aCommandedTaskSaysMoreAndStaysSmall() throws {
        var metadata = Self.full
        metadata.control = 1 << 40
        metadata.commands = 17
        metadata.isPaused = true
        metadata.journal = 9
        metadata.carried = 3
        for labels in [nil, OffsetMetadata.LabelPlace(topic: "lab", offset: 77)] {
            var place = Self.place
            place.labels = labels
            let encoded = metadata.encoded(for: place)
            #expect(encoded.count <= 256)
            #expect(try OffsetMetadata(encoded: encoded, for: place) == metadata)
            place.labels = labels == nil ? .init(topic: "lab", offset: 77) : nil
            #expect(refusal(encoded, place) == .otherInputs(labels != nil))
        }
    }

    @Test func foreignTextIsNotOurs() {
        #expect(refusal([]) == .absent)
        #expect(refusal(Array("consumer of team B".utf8)) == .foreign)
        #expect(refusal(Array(Data(repeating: 2, count: 58).base64EncodedData())) == .foreign)
        #expect(refusal(Array(Data([UInt8](repeating: 1, count: 59)).base64EncodedData())) == .otherFormat(1))
    }

    /// Any bit that changes is noticed.
    @Test func anAlteredTextIsRefused() {
        let bytes = [UInt8](Data(base64Encoded: Data(Self.full.encoded(for: Self.place)))!)
        for index in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[index] ^= 1 << UInt8(bit)
                #expect(refusal(Array(Data(altered).base64EncodedData())) != nil, "byte \(index), bit \(bit)")
            }
        }
    }

    /// Tools that copy offsets copy their metadata.
    @Test func metadataOfAnotherPlaceAreRefused() {
        let encoded = Self.full.encoded(for: Self.place)
        var others = [Self.place, Self.place, Self.place, Self.place]
        others[0].cluster = "d"
        others[1].topic = "out"
        others[2].partition = 4
        others[3].offset -= 1
        for other in others { #expect(refusal(encoded, other) == .otherPlace) }
    }

    @Test func numbersThatCannotBeAreRefused() {
        let changes: [(inout OffsetMetadata) -> Void] = [
            { $0.sequence = .max }, { $0.sequence = 0 }, { $0.snapshot = $0.sequence + 1 }, { $0.stateLowerBound = -1 },
            { $0.events = .max }, { $0.events = UInt64(Self.place.offset) + 1 }, { $0.crashed = [-1] },
            { $0.crashed = [Self.place.offset] },
        ]
        for (index, change) in changes.enumerated() {
            var metadata = Self.full
            change(&metadata)
            guard case .impossible = refusal(metadata.encoded(for: Self.place)) else {
                Issue.record("change \(index) was taken")
                continue
            }
        }
    }
}
