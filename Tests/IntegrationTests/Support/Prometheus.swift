import Foundation

/// A real Prometheus that scrapes an engine every second and evaluates the alert rules of `deploy/prometheus`.
final class Prometheus {
    /// Of Debian's package `prometheus`, which brings promtool.
    static let isHere: Bool = {
        let found = system("command -v prometheus >/dev/null && command -v promtool >/dev/null") == 0
        if !found { print("SKIPPED: the tests of metrics and alerts need the package prometheus, which is not here") }
        return found
    }()

    static let rules = Place.root.appendingPathComponent("deploy/prometheus/alerts.yaml")

    private let process = Process()
    private let folder: String
    private let port: Int

    /// - Parameter targets: ports on loopback.
    init(targets: [Int]) throws {
        folder = NSTemporaryDirectory() + "millrace-prometheus-\(UUID().uuidString)"
        port = 19_500 + Int.random(in: 0..<450)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.hasty(String(contentsOf: Self.rules, encoding: .utf8)).write(
            toFile: "\(folder)/alerts.yaml", atomically: true, encoding: .utf8)
        let addresses = targets.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        try """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
        rule_files: [alerts.yaml]
        scrape_configs:
          - {job_name: millrace, static_configs: [{targets: [\(addresses)]}]}
        """.write(toFile: "\(folder)/prometheus.yaml", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "prometheus", "--config.file=\(folder)/prometheus.yaml", "--storage.tsdb.path=\(folder)/data",
            "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
        ]
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The same rules without their patience: what has to hold for minutes need hold for one evaluation, and rates over
    /// minutes are of the last twenty seconds. Thresholds stay.
    private static func hasty(_ rules: String) -> String {
        var text = rules.replacingOccurrences(of: "for: [0-9]+[mh]", with: "for: 0s", options: .regularExpression)
        text = text.replacingOccurrences(of: "\\[[0-9]+m\\]", with: "[20s]", options: .regularExpression)
        return text
    }

    /// The names of the alerts that fire now.
    func firing() -> Set<String> {
        guard let answer = try? HTTP.get("http://127.0.0.1:\(port)/api/v1/alerts"),
            let object = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any],
            let data = object["data"] as? [String: Any], let alerts = data["alerts"] as? [[String: Any]]
        else { return [] }
        let names = alerts.filter { $0["state"] as? String == "firing" }.compactMap {
            ($0["labels"] as? [String: String])?["alertname"]
        }
        return Set(names)
    }

    /// Waits until all of these have fired; what has not.
    func missing(_ wanted: Set<String>, within seconds: Double) -> Set<String> {
        var missing = wanted
        let end = Date(timeIntervalSinceNow: seconds)
        while !missing.isEmpty, Date() < end {
            missing.subtract(firing())
            usleep(300_000)
        }
        return missing
    }
}
