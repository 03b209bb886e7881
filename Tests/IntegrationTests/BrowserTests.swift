import Foundation
import Testing

extension IntegrationTests {
    /// The page in a real browser, on the real engine with a real broker.
    @Suite(.serialized, .enabled(if: Browser.path != nil)) struct BrowserTests {
        private static let topology = Place.root.appendingPathComponent("topologies/fraud.yaml").path

        /// The page's address, as the engine says it.
        private func address(_ run: EngineProcess) throws -> String {
            let isThere = run.wait(30) { run.errors.contains("url=http://") }
            try #require(isThere, "\(run.errors)")
            let rest = try #require(run.errors.components(separatedBy: "url=").dropFirst().first)
            return String(rest.prefix { !$0.isWhitespace && $0 != "\"" })
        }

        private func send(_ events: Int, _ topic: String) throws -> EngineProcess {
            try EngineProcess([
                "generate", "fraud", "--events", "\(events)", "--param", "positions=10000", "--topic", topic,
                "--bootstrap", Broker.shared.bootstrap, "--rate", "2500/s",
            ])
        }

        private func expectAccessible(_ browser: Browser, _ what: String) throws {
            let found = try browser.value(Accessibility.audit) as? [String]
            #expect(found == [], "\(what)")
        }

        @Test func aChangeIsSeenByAPersonWithAKeyboard() throws {
            try Broker.shared.create("page-payments")
            let folder = NSTemporaryDirectory() + "millrace-page-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let run = try EngineProcess(
                [
                    "run", Self.topology, "--set", "name=page", "--set", "input.topic=page-payments", "--instance", "a",
                    "--http", "127.0.0.1:0", "--state-dir", folder,
                ], environment: ["KAFKA_BOOTSTRAP": Broker.shared.bootstrap])
            let url = try address(run)
            #expect(run.waitUntilReady())
            let browser = try Browser()
            try browser.open(url)
            #expect(try browser.wait(15, "document.body.dataset.conn === 'empty'"))
            #expect(try browser.text("h1") == "Ready. No payment has arrived on page-payments yet.")
            try expectAccessible(browser, "empty")

            let feeder = try send(16_000, "page-payments")
            #expect(try browser.wait(30, "document.querySelector('#marks').textContent.includes('more mistakes')"))
            #expect(try browser.wait(20, "document.querySelector('#marks').textContent.includes('new model')"))
            #expect(try browser.wait(10, "document.querySelector('h1').textContent.includes('was handled by')"))
            #expect(feeder.waitForExit(seconds: 30) == 0)
            #expect(try browser.text("[data-q=done] .say span").hasPrefix("New model at "))
            #expect(try browser.text("#live").hasPrefix("Live"))
            #expect(try browser.text("#change-lead").contains("from the first sign to a model that knows"))
            #expect(try browser.value("document.querySelectorAll('#stagelist li').length") as? Int == 7)

            try keys(browser)
            for theme in ["light", "dark"] {
                for width in [1440, 390, 360] {
                    try browser.open("\(url)?theme=\(theme)", width: width)
                    #expect(try browser.wait(10, "document.querySelectorAll('#story li').length > 2"))
                    try expectAccessible(browser, "\(theme), \(width) wide")
                }
            }
            #expect(browser.complaints == [], "the console")

            browser.forgive()
            try browser.open(url + "?last=6y")
            #expect(try browser.wait(10, "document.querySelector('#banner').textContent.includes('1m to 7d')"))
            run.signal(SIGTERM)
            #expect(run.waitForExit(seconds: 30) == 0)
            #expect(try browser.wait(10, "document.body.dataset.conn === 'offline'"))
            #expect(try browser.text("#banner").hasPrefix("Not connected to Millrace since "))
            #expect(try browser.text("h1").contains("of 100 frauds"))
        }

        /// Everything that a pointer does, without one.
        private func keys(_ browser: Browser) throws {
            try browser.value("document.activeElement.blur(); scrollTo(0, 0)")
            try browser.press("Tab")
            #expect(try browser.value("document.activeElement.className") as? String == "skip")
            try browser.value("document.querySelector('#at').focus()")
            let last = try browser.text("#read")
            try browser.press("ArrowLeft")
            #expect(try browser.text("#read") != last)
            try browser.press("Home")
            #expect(try browser.value("document.querySelector('#at').value") as? String == "0")
            try browser.value("document.querySelector('#mistakes summary').focus()")
            try browser.press("Enter")
            #expect(try browser.wait(5, "document.querySelectorAll('#errtable tbody tr').length > 3"))
            var reached: Set<String> = []
            try browser.value("document.activeElement.blur(); document.querySelector('.skip').focus()")
            for _ in 0..<60 {
                try browser.press("Tab")
                let place = try browser.value(
                    "(document.activeElement.closest('section[id], nav') || document.body).id || document.activeElement.className"
                )
                reached.insert(place as? String ?? "")
            }
            for part in ["stages", "mistakes", "models", "change", "chances"] { #expect(reached.contains(part)) }
        }

        @Test func twoProcessesAreShownAsOneAndANewOneRemembers() throws {
            try Broker.shared.create("group-payments", partitions: 2)
            let folder = NSTemporaryDirectory() + "millrace-group-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            func start(_ instance: String) throws -> (run: EngineProcess, url: String) {
                let run = try EngineProcess(
                    [
                        "run", Self.topology, "--set", "name=group", "--set", "input.topic=group-payments",
                        "--instance",
                        instance, "--http", "127.0.0.1:0", "--state-dir", folder,
                    ], environment: ["KAFKA_BOOTSTRAP": Broker.shared.bootstrap])
                let url = try address(run)
                #expect(run.waitUntilReady())
                return (run, url)
            }
            let (a, b) = (try start("a"), try start("b"))
            let feeder = try send(30_000, "group-payments")
            #expect(feeder.waitForExit(seconds: 60) == 0)
            let browser = try Browser()
            for process in [a, b] {
                try browser.open(process.url)
                #expect(
                    try browser.wait(
                        30,
                        "document.querySelector('#parttitle').textContent === '2 partitions on 2 processes, shown as one'"
                    ))
                let own =
                    "[...document.querySelectorAll('#parts tr')].filter(r => r.textContent.includes('this one')).length"
                #expect(try browser.value("document.querySelectorAll('#parts tr').length") as? Int == 2)
                #expect(try browser.value(own) as? Int == 1)
                // Both tell all that both have done.
                #expect(
                    try browser.wait(15, "document.querySelector('#stagelist').textContent.includes('30,000 so far')"))
                try expectAccessible(browser, "two processes")
            }
            let marks = "document.querySelectorAll('#marks li').length"
            let seen = try browser.value(marks) as? Int ?? 0
            #expect(seen > 0)

            for process in [a, b] { process.run.signal(SIGTERM) }
            for process in [a, b] { #expect(process.run.waitForExit(seconds: 30) == 0) }
            let c = try start("c")
            try browser.open(c.url)
            // The page of a process that had ended asked for it again and again.
            browser.forgive()
            #expect(try browser.wait(20, "\(marks) >= \(seen)"), "what was told before is there")
            #expect(try browser.wait(10, "document.querySelectorAll('#errplot path').length > 1"), "and the chart")
            #expect(try browser.text("#basis").contains("whose outcome is known"))
            #expect(browser.complaints == [], "the console")
            c.run.signal(SIGTERM)
            #expect(c.run.waitForExit(seconds: 30) == 0)
        }

        @Test func theReportOfAFileStandsAlone() throws {
            let file = NSTemporaryDirectory() + "millrace-report-\(UUID().uuidString).html"
            defer { try? FileManager.default.removeItem(atPath: file) }
            let topology = Place.root.appendingPathComponent("topologies/electricity.yaml").path
            let result = try EngineProcess.run([
                "evaluate", topology, "--input", Place.electricity.path, "--report", file,
            ])
            #expect(result.status == 0, "\(result.errors)")
            let browser = try Browser()
            try browser.open("file://" + file)
            #expect(try browser.wait(10, "document.querySelectorAll('#errplot path').length > 2"))
            #expect(try browser.text("h1").hasPrefix("No better than a simple rule: "))
            #expect(try browser.text("#basis") == "From all 45,312 half hours whose outcome is known.")
            try expectAccessible(browser, "report")
            let printed = try browser.call("Page.printToPDF", ["printBackground": true])["data"] as? String
            #expect((printed?.count ?? 0) > 20_000)
            #expect(browser.complaints == [], "the console")
        }
    }
}
