import CRDKafka

/// Facts about the librdkafka this process runs with.
public enum KafkaLibrary {
    /// The version of the library that was loaded, such as `2.0.2`; it may be newer than the headers of the build.
    public static var version: String { String(cString: rd_kafka_version_str()) }

    /// The same as a number: `0xMMmmrrpp` (major, minor, revision, pre-release).
    public static var versionNumber: Int32 { rd_kafka_version() }

    /// How many clients of this process have not been destroyed yet, counted by their threads: 0 after every `close`.
    public static var liveThreads: Int { Int(rd_kafka_thread_cnt()) }

    /// Waits until every client's threads have ended; false after `milliseconds`. For tests and an orderly exit.
    public static func waitUntilAllDestroyed(milliseconds: Int32) -> Bool {
        rd_kafka_wait_destroyed(milliseconds) == 0
    }
}
