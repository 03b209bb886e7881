import Engine
import EventFormats
import Foundation
import StreamGenerators
import Testing
import Text

@testable import Topology

@Suite("Every topology of the repository loads without findings and passes its own tests")
struct RepositoryTests {
    static let files: [String] = ["topologies", "Benchmarks/topologies"].flatMap { folder -> [String] in
        let path = repository.appending(path: folder).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }

    @Test func theyAreThere() { #expect(Self.files.count >= 5) }

    @Test(arguments: files)
    func loadsAndReadsBack(file: String) throws {
        let path = repository.appending(path: file).path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let (checked, findings) = TopologyFile.check(text: text, file: path, environment: [:])
        #expect(findings.map(\.description) == [])
        let plan = try #require(checked)
        let again = try #require(TopologyFile.check(text: plan.text, file: path, environment: [:]).0)
        #expect(again.pipeline == plan.pipeline)
        #expect(again.decoder == plan.decoder)
        #expect(again.tests == plan.tests)
        #expect(again.text == plan.text)
        #expect(!plan.tests.isEmpty)
    }

    @Test(arguments: files)
    func passesItsTests(file: String) throws {
        let plan = try TopologyFile.load(path: repository.appending(path: file).path, environment: [:])
        for test in plan.tests {
            let source: any RecordSource
            var evaluation = Evaluation(plan)
            switch test.input {
            case .file(let path): source = try FileRecords(path: plan.resolve(path))
            case .generate(let name, let events, let seed, let parameters, let delay):
                let stream = try StreamCatalog.make(name, seed: seed, parameters: parameters)
                var serializer = EventSerializer(stream, format: .json, withLabels: delay == nil)
                source = Generated(events: events) { serializer.writeNext(into: &$0) }
                guard let delay else { break }
                var labels = LabelSerializer(
                    stream, format: .json, delay: delay.milliseconds, seed: seed, count: events)
                evaluation.labels = Generated(events: events) { _ = labels.writeNext(into: &$0) }
            }
            let result = try evaluation.run(source)
            for outcome in result.check(test) {
                #expect(outcome.holds, "\(test.name): \(outcome.expected.metric) is \(outcome.value)")
            }
        }
    }
}

/// A generated stream as JSON records.
private final class Generated: RecordSource {
    let layout = EventLayout(.json)
    let fraction: Double? = nil
    private let write: (inout [UInt8]) -> Void
    private var left: Int
    private var bytes: [UInt8] = []

    /// - Parameter write: adds the next record; nothing: there are no more.
    init(events: Int, write: @escaping (inout [UInt8]) -> Void) {
        self.write = write
        left = events
    }

    deinit { buffer?.deallocate() }

    private var buffer: UnsafeMutableRawBufferPointer?

    func next() throws(RecordError) -> RawRecord? {
        guard left > 0 else { return nil }
        left -= 1
        bytes.removeAll(keepingCapacity: true)
        write(&bytes)
        guard !bytes.isEmpty else { return nil }
        // simdjson reads up to 64 bytes past the end of a record.
        if (buffer?.count ?? 0) < bytes.count + 64 {
            buffer?.deallocate()
            buffer = .allocate(byteCount: 2 * bytes.count + 64, alignment: 64)
        }
        buffer?.copyBytes(from: bytes)
        return RawRecord(value: buffer.map { UnsafeRawBufferPointer(rebasing: $0[..<bytes.count]) })
    }
}
