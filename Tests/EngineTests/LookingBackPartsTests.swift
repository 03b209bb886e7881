import EventFormats
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// The parts of looking back that need no broker.
@Suite struct LookingBackPartsTests {
    /// Anybody may write into the topic of predictions.
    @Test(
        arguments: [
            ("in-0-7", 7), ("in-0-9223372036854775807", .max), ("in-0--1", nil), ("in-0--9223372036854775808", nil),
            ("in-0-9223372036854775808", nil), ("in-0-", nil), ("in-1-7", nil),
        ] as [(String, Int64?)]) func sources(text: String, offset: Int64?)
    {
        for (more, isOurs) in [("", true), (#","topology":"a""#, true), (#","topology":"b""#, false)] {
            let record = #"{"id":"x","source":"\#(text)"\#(more)}"#
            let found = Array(record.utf8).withUnsafeBytes {
                PublishedPredictions.source(of: $0, after: "in-0-", topology: "a")
            }
            #expect(found == (isOurs ? offset : nil), "\(record)")
        }
    }

    /// One label from the future does not end the search.
    @Test func wildTimesDoNotEndASearch() {
        var lateness = LabelSearch.Lateness(after: 100)
        let times = [.max, 100] + [Int64](repeating: 101, count: LabelSearch.Lateness.enough)
        let ends = times.map { lateness.isOver($0) }
        #expect(ends.firstIndex(of: true) == times.count - 1)
    }

    @Test func looksBackAndDestroysNothing() throws {
        var topics = TopicNames(try PartitionTaskTests.topology("logistic_regression"))
        #expect(topics.resetRemedy.contains("reset") && topics.remedy(at: 3).contains("at offset 3"))
        topics.looksBack = true
        for text in [topics.resetRemedy, topics.remedy(), topics.remedy(at: 3)] {
            #expect(text.contains("ask for a later offset") && !text.contains("millrace"))
        }
    }

    /// Places of events are counted anew where the breaker comes: leaving some out by them would be wrong.
    @Test func placesNeedOneBreaker() throws {
        let former = try PartitionTaskTests.topology("logistic_regression")
        let changed = try PartitionTaskTests.topology(models: "m: logistic_regression", more: "breaker: {window: 40}")
        for needsPlaces in [false, true] {
            let world = MemoryWorld(former)
            let place = StoredPlace(offset: 0, metadata: OffsetMetadata(), stateEnd: 0)
            let restoration = Restoration(
                task: PartitionTask(partition: 0, topology: former, cluster: world.cluster, now: world.clock.now),
                place: place, survived: true, reader: MemoryReader(world.log), topics: world.topics,
                cluster: world.cluster, clock: EngineClock { [clock = world.clock] in clock.now },
                patience: .init(marker: .seconds(1), replay: .seconds(1)), following: .stored)
            restoration.needsPlaces = needsPlaces
            var changes = 0
            restoration.onChange = { _, _ in changes += 1 }
            try restoration.change(to: former.text)
            if needsPlaces {
                #expect { try restoration.change(to: changed.text) } throws: { "\($0)".contains("`--without`") }
            } else {
                try restoration.change(to: changed.text)
            }
            #expect(changes == (needsPlaces ? 1 : 2))
        }
    }
}
