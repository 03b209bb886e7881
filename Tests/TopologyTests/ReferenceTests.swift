import Foundation
import OnlineLearning
import Testing

@testable import Topology

/// The repository's folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

@Suite("The reference page is the generated one")
struct ReferenceTests {
    @Test func pageInTheRepository() throws {
        let page = repository.appending(path: "docs/topology-reference.md")
        let generated = TopologyReference.markdown()
        if ProcessInfo.processInfo.environment["MILLRACE_WRITE_DOCS"] == "1" {
            try Data(generated.utf8).write(to: page)
        }
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == generated, "write it again: MILLRACE_WRITE_DOCS=1 swift test --filter ReferenceTests")
    }

    @Test func everyKeyAndParameterIsOnIt() {
        let page = TopologyReference.markdown(components: SmallCatalog.components)
        for key in TopologyKeys.all {
            switch key.kind {
            case .section, .list: continue
            default: #expect(page.contains("`\(key.path)`"), "\(key.path)")
            }
        }
        for component in SmallCatalog.components {
            #expect(page.contains("### \(component.name)\n"))
            for parameter in component.parameters {
                #expect(page.contains("| `\(parameter.name)` | \(parameter.kind.form) |"))
            }
        }
        #expect(page.contains("| `grace_period` | a whole number from 1 to 1000000 | `200` |"))
    }
}
