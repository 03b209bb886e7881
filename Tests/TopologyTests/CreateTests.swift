import EventFormats
import Foundation
import OnlineLearning
import Testing

@testable import Topology

@Suite("A topology written from a sample is good as it is")
struct CreateTests {
    /// Writes a sample, creates, checks without findings.
    private func create(_ sample: String, _ file: String, label: String) throws -> (text: String, plan: TopologyPlan) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "create-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: file)
        try Data(sample.utf8).write(to: path)
        let text = try TopologyCreate.fromSample(path: path.path, label: label, components: SmallCatalog.components)
        let (plan, findings) = check(text)
        #expect(findings == [])
        return (text, try #require(plan))
    }

    @Test func csvWithEveryKind() throws {
        var sample = "order_id,ts,amount,country,express,customer_id,note,fraud\r\n"
        for row in 0..<2000 {
            let country = ["DE", "FR", "\"U,K\""][row % 3]
            sample += "\(row + 100),\(1_700_000_000_000 + row),\(row).5,\(country),\(row % 2 == 0),\(row % 4 / 2 + 7),"
            sample += "text \(row),\(row % 50 == 0 ? 1 : 0)\r\n"
        }
        let (text, plan) = try create(sample, "my orders.csv", label: "fraud")
        #expect(plan.name == "my-orders")
        #expect(plan.pipeline.task == .binary)
        #expect(plan.pipeline.classes == ["0", "1"])
        #expect(plan.decoder.idField == "order_id")
        #expect(plan.decoder.timeField == "ts")
        #expect(plan.decoder.timeFormat == .unixMilliseconds)
        #expect(
            plan.pipeline.schema
                == Schema([
                    Feature("amount", .numeric), Feature("country", .categorical, maxCategories: 8),
                    Feature("express", .boolean), Feature("customer_id", .categorical, maxCategories: 8),
                ]))
        #expect(plan.pipeline.models.map(\.component.name) == ["hoeffding_tree", "logistic_regression"])
        #expect(plan.pipeline.drift.map(\.action.name) == ["alert"] && plan.pipeline.select == .always)
        #expect(text.contains("# note: left out, text with many values"))
    }

    @Test func jsonLinesWithAwkwardNames() throws {
        let words = ["b", "a", "a", "c \\\"x\\\"", "null"]
        let lines = (0..<40).map { row in
            #"{"when": "2018-04-01 00:00:\#(10 + row)", "a: b": \#(row), "${X}": {"deep": [1, "}"]}, "k#1": null, "#
                + #""on": true, "kind": "\#(words[row % 5])"}"#
        }
        let (_, plan) = try create(lines.joined(separator: "\n") + "\nnot json\n", "s.jsonl", label: "kind")
        #expect(plan.pipeline.task == .multiclass)
        #expect(plan.pipeline.classes == [] && plan.pipeline.maxClasses == 16)
        #expect(plan.pipeline.schema.features.map(\.name) == ["a: b", "on"])
    }

    @Test func numbersMakeARegression() throws {
        let lines = (0..<100).map { #"{"x": \#($0), "event_time": "2018-04-01T00:00:00Z", "y": \#(Double($0) * 1.5)}"# }
        let (_, plan) = try create(lines.joined(separator: "\n"), "s.jsonl", label: "y")
        #expect(plan.pipeline.task == .regression)
        #expect(plan.decoder.timeFormat == .iso8601)
        #expect(plan.pipeline.drift.map(\.signal) == [.loss])
    }

    @Test(arguments: [
        ("a,b\n1,2\n", "c", "has no field 'c', it has a, b"), ("a,label\n1,2\n", "lable", "(did you mean 'label'?)"),
        ("", "a", "expected a first line"), ("a,b\n1,\n", "b", "has no value"),
        ("a\n1\n2\n", "a", "no field beside the label"), ("a,b\n", "b", "there is no record"),
        ("a,b\n1,2,3\n", "b", ":2:6: 3 fields where there are 2 columns"),
        ("0,tcp,0,0,x\n0,udp,0,0,y\n", "x", "looks like data and not like columns' names"),
        ("1,2,3\n4,5,6\n", "y", "looks like data and not like columns' names"),
        ("a,b,a\n1,2,3\n", "b", "names the column 'a' twice"),
    ])
    func mistakesSayWhatIsThere(sample: String, label: String, message: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "create-\(UUID().uuidString).csv")
        try Data(sample.utf8).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let error = #expect(throws: SampleError.self) { try TopologyCreate.fromSample(path: path.path, label: label) }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func theNameIsTheFilesWithoutWhatATopicCannotHave() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "create-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "Über all.CSV").path
        try Data("x,y\n1,0\n2,1\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try TopologyCreate.fromSample(path: path, label: "y").contains("\nname: ber-all\n"))
        let error = #expect(throws: SampleError.self) {
            try TopologyCreate.fromSample(path: path, label: "y", topic: "a b")
        }
        #expect(error?.message.hasPrefix("the topic is 'a b'") == true, "\(String(describing: error))")
    }

    @Test func theFormatGoesByTheExtension() {
        let error = #expect(throws: SampleError.self) { try TopologyCreate.fromSample(path: "a.xls", label: "x") }
        #expect(error?.message.contains("goes by the extension") == true)
    }

    @Test func anAbsentFileIsAnError() {
        #expect(throws: SampleError.self) { try TopologyCreate.fromSample(path: "/no/such.csv", label: "x") }
    }
}
