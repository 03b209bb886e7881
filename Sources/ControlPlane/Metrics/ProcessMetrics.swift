import Engine
import Foundation

/// What is running, and what it takes: under the names that every Prometheus client library gives these.
enum ProcessMetrics {
    static func write(_ text: inout PrometheusText) {
        text.family("millrace_build_info", .gauge, "1, with the versions of what is running.")
        text.sample(
            "millrace_build_info",
            [
                ("version", BuildFacts.version), ("librdkafka", BuildFacts.librdkafka),
                ("numerics", BuildFacts.numerics),
            ], 1)
        text.family("process_cpu_seconds_total", .counter, "Seconds of processor time, by the program and the kernel.")
        text.sample("process_cpu_seconds_total", [], processorSeconds)
        if let bytes = residentBytes {
            text.family("process_resident_memory_bytes", .gauge, "Memory that is held and not swapped out.")
            text.sample("process_resident_memory_bytes", [], bytes)
        }
        if let count = openFiles {
            text.family("process_open_fds", .gauge, "Open files and connections.")
            text.sample("process_open_fds", [], Double(count))
        }
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Nil where the system has no `/proc`.
    private static var residentBytes: Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var openFiles: Int? { try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
}
