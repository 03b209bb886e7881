import Foundation

/// A Chromium without a window, driven over its debugging pipe: no driver, no library, no port.
final class Browser {
    struct Fault: Error, CustomStringConvertible { var description: String }

    static let path: String? = {
        let paths = [
            "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ]
        let found = paths.first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil { print("SKIPPED: the browser tests need Chromium (scripts/system-packages test)") }
        return found
    }()

    private let process = Process()
    private let folder: String
    private let input: FileHandle
    private let output: FileHandle
    private var buffer = Data()
    private var number = 0
    private var session: String?
    /// What the page wrote on its console, or threw.
    private(set) var complaints: [String] = []

    init() throws {
        folder = NSTemporaryDirectory() + "millrace-browser-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["in", "out"] { mkfifo("\(folder)/\(name)", 0o600) }
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let flags = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
            "--no-first-run", "--disable-dev-shm-usage", "--user-data-dir=\(folder)/profile", "about:blank",
        ]
        process.arguments =
            [
                "-c", "exec \"$0\" \"$@\" 3<'\(folder)/in' 4>'\(folder)/out'", Browser.path ?? "chromium",
            ] + flags
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        guard let input = FileHandle(forWritingAtPath: "\(folder)/in"),
            let output = FileHandle(forReadingAtPath: "\(folder)/out")
        else { throw Fault(description: "the browser did not start") }
        (self.input, self.output) = (input, output)
        let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] as? String ?? ""
        session = try call("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"] as? String
        for domain in ["Page", "Runtime", "Log"] { try call("\(domain).enable") }
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// One command of the DevTools protocol and its result.
    @discardableResult
    func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var message: [String: Any] = ["id": number, "method": method, "params": parameters]
        if let session { message["sessionId"] = session }
        try input.write(contentsOf: try JSONSerialization.data(withJSONObject: message) + [0])
        while let answer = try next() {
            if answer["id"] as? Int == number {
                if let error = answer["error"] { throw Fault(description: "\(method): \(error)") }
                return answer["result"] as? [String: Any] ?? [:]
            }
            note(answer)
        }
        throw Fault(description: "the browser ended")
    }

    private func next() throws -> [String: Any]? {
        while true {
            if let end = buffer.firstIndex(of: 0) {
                let message = buffer[..<end]
                buffer = Data(buffer[(end + 1)...])
                return try JSONSerialization.jsonObject(with: message) as? [String: Any]
            }
            let more = output.availableData
            if more.isEmpty { return nil }
            buffer.append(more)
        }
    }

    private func note(_ event: [String: Any]) {
        let kinds = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"]
        if let method = event["method"] as? String, kinds.contains(method) {
            complaints.append("\(event["params"] ?? method)")
        }
    }

    /// Forgets complaints, where they are expected.
    func forgive() { complaints = [] }

    func open(_ url: String, width: Int = 1440, height: Int = 1000) throws {
        let size: [String: Any] = ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600]
        try call("Emulation.setDeviceMetricsOverride", size)
        try call("Page.navigate", ["url": url])
    }

    /// The value of an expression, as JSON has it.
    @discardableResult
    func value(_ script: String) throws -> Any? {
        let asked: [String: Any] = ["expression": script, "returnByValue": true, "awaitPromise": true]
        let answer = try call("Runtime.evaluate", asked)
        if let fault = answer["exceptionDetails"] { throw Fault(description: "\(script): \(fault)") }
        return (answer["result"] as? [String: Any])?["value"]
    }

    func text(_ selector: String) throws -> String {
        try value("(document.querySelector('\(selector)') || {}).textContent || ''") as? String ?? ""
    }

    /// Waits until an expression is true.
    func wait(_ seconds: Double, _ script: String) throws -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            // While a page loads there may be no body yet.
            if let found = try? value(script) as? Bool, found { return true }
            usleep(100_000)
        }
        return false
    }

    /// Presses a key: `Tab`, `Enter`, `ArrowLeft`.
    func press(_ key: String) throws {
        let codes = ["Tab": 9, "Enter": 13, "ArrowLeft": 37, "Home": 36, "End": 35]
        var event: [String: Any] = [
            "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": codes[key] ?? 0,
        ]
        if key == "Enter" { event["text"] = "\r" }
        try call("Input.dispatchKeyEvent", event)
        event["type"] = "keyUp"
        try call("Input.dispatchKeyEvent", event)
    }
}
