import CRDKafka

/// What librdkafka or a broker refused, with the three flags that decide what to do next.
///
/// Look at them in this order: `isFatal` (destroy the client and make a new one), `requiresAbort` (abort the
/// transaction), `isRetriable` (the same call again, after a short wait). None of them: a mistake of the program.
public struct KafkaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// librdkafka's code: negative for its own errors, positive for the broker's. `Code` names those we act on.
    public let code: Int32
    /// The code's name, such as `_TIMED_OUT` or `NOT_LEADER_FOR_PARTITION`.
    public let name: String
    /// What went wrong, in librdkafka's words or ours.
    public let message: String
    /// The client can do nothing more.
    public let isFatal: Bool
    /// The same call may succeed later.
    public let isRetriable: Bool
    /// The open transaction must be aborted; the client lives on.
    public let requiresAbort: Bool
    /// The topic of the record that was not taken, or nil.
    public let topic: String?

    /// The codes that callers tell apart.
    public enum Code {
        /// No error.
        public static let none: Int32 = 0
        /// End of a partition: a mark among consumed records, not a failure.
        public static let partitionEnd: Int32 = -191
        /// A connection broke.
        public static let transport: Int32 = -195
        /// Waited long enough.
        public static let timedOut: Int32 = -185
        /// No broker can be reached.
        public static let allBrokersDown: Int32 = -187
        /// The producer's queue is full.
        public static let queueFull: Int32 = -184
        /// Not allowed in the client's present state.
        public static let state: Int32 = -172
        /// Another producer took the transactional id over.
        public static let fenced: Int32 = -144
        /// Another member joined the group under this one's `group.instance.id`.
        public static let fencedInstance: Int32 = 82
        /// The consumer polled too rarely and lost its place in the group.
        public static let maxPollExceeded: Int32 = -147
        /// The group gave the partition to someone else.
        public static let assignmentLost: Int32 = -142
        /// The partition does not exist, by local knowledge.
        public static let unknownPartition: Int32 = -190
        /// The topic does not exist, by local knowledge.
        public static let unknownTopic: Int32 = -188
        /// No offset is committed and `auto.offset.reset=error`.
        public static let noOffset: Int32 = -168
        /// `auto.offset.reset=error` and the position is not in the log.
        public static let autoOffsetReset: Int32 = -140
        /// A property or argument is wrong.
        public static let invalidArgument: Int32 = -186
        /// The call is not in this version of the library.
        public static let notImplemented: Int32 = -170
        /// The broker does not know the topic or partition.
        public static let unknownTopicOrPartition: Int32 = 3
        /// A record is larger than allowed.
        public static let messageTooLarge: Int32 = 10
        /// The topic exists already.
        public static let topicAlreadyExists: Int32 = 36
        /// A group id without committed offsets or members.
        public static let groupNotFound: Int32 = 69
        /// The group has members.
        public static let nonEmptyGroup: Int32 = 68
        /// The user may not do this with the topic.
        public static let topicAuthorization: Int32 = 29
        /// The user may not do this with the group.
        public static let groupAuthorization: Int32 = 30
        /// The user may not do this with the cluster.
        public static let clusterAuthorization: Int32 = 31
        /// The user may not use the transactional id.
        public static let transactionalIDAuthorization: Int32 = 53
        /// The topic has that many partitions, or more.
        public static let invalidPartitions: Int32 = 37
        /// The broker allows no transaction timeout as long.
        public static let invalidTransactionTimeout: Int32 = 50
        /// The broker does not take the record as it is.
        public static let invalidRecord: Int32 = 87
        /// The broker refused the user or the password.
        public static let authentication: Int32 = -169
        /// TLS could not be set up.
        public static let ssl: Int32 = -181
        /// A broker's name has no address.
        public static let resolve: Int32 = -193
    }

    /// An error of our own, or one known by its code only.
    init(
        code: Int32, _ message: String? = nil, topic: String? = nil, isFatal: Bool = false, isRetriable: Bool = false,
        requiresAbort: Bool = false
    ) {
        let known = rd_kafka_resp_err_t(rawValue: code)
        self.code = code
        name = String(cString: rd_kafka_err2name(known))
        self.message = message ?? String(cString: rd_kafka_err2str(known))
        self.isFatal = isFatal
        self.isRetriable = isRetriable
        self.requiresAbort = requiresAbort
        self.topic = topic
    }

    /// A record that a broker, or librdkafka on its behalf, did not take.
    init(undelivered code: Int32, to topic: String, _ partition: Int32) {
        let reason = String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue: code)))
        self.init(code: code, "a record for \(topic) [\(partition)] was not taken: \(reason)", topic: topic)
    }

    /// Takes over a `rd_kafka_error_t` and destroys it; its strings are copied first, for they die with it.
    init(consuming error: OpaquePointer) {
        code = rd_kafka_error_code(error).rawValue
        name = String(cString: rd_kafka_error_name(error))
        message = String(cString: rd_kafka_error_string(error))
        isFatal = rd_kafka_error_is_fatal(error) != 0
        isRetriable = rd_kafka_error_is_retriable(error) != 0
        requiresAbort = rd_kafka_error_txn_requires_abort(error) != 0
        topic = nil
        rd_kafka_error_destroy(error)
    }

    /// Throws unless the code says that all went well.
    static func check(_ code: rd_kafka_resp_err_t, _ doing: @autoclosure () -> String = "") throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let doing = doing()
        let text = String(cString: rd_kafka_err2str(code))
        throw KafkaError(code: code.rawValue, doing.isEmpty ? text : "\(doing): \(text)")
    }

    /// Throws, and destroys, unless the error is NULL.
    static func check(consuming error: OpaquePointer?) throws(KafkaError) {
        if let error { throw KafkaError(consuming: error) }
    }

    /// The call outlasted its timeout: its outcome is not known.
    public var isTimedOut: Bool { code == Code.timedOut }
    /// Another producer with the same transactional id, or the broker's timeout, ended this one.
    public var isFenced: Bool { code == Code.fenced || code == 90 || code == 47 }
    /// A topic or partition that does not exist.
    public var isUnknownTopic: Bool {
        code == Code.unknownTopic || code == Code.unknownPartition || code == Code.unknownTopicOrPartition
    }
    /// The record is larger than the broker, the topic or the client allows.
    public var isTooLarge: Bool { code == Code.messageTooLarge }
    /// The user lacks a permission.
    public var isDenied: Bool {
        [
            Code.topicAuthorization, Code.groupAuthorization, Code.clusterAuthorization,
            Code.transactionalIDAuthorization,
        ].contains(code)
    }
    /// How much an error tells of why no broker can be reached; 0: nothing.
    var tellsOfConnection: Int {
        switch code {
        case Code.authentication: 5
        case Code.ssl: 4
        case Code.resolve: 3
        case Code.transport: 2
        case Code.allBrokersDown: 1
        default: 0
        }
    }
    /// The connection to a broker, or to all of them, was lost.
    public var isDisconnect: Bool { code == Code.transport || code == Code.allBrokersDown }

    /// `_FENCED: … (fatal)`.
    public var description: String {
        let flags = [isFatal ? "fatal" : nil, requiresAbort ? "abort" : nil, isRetriable ? "retriable" : nil]
            .compactMap { $0 }.joined(separator: ", ")
        return flags.isEmpty ? "\(name): \(message)" : "\(name): \(message) (\(flags))"
    }

    /// The name and text of a code found in a consumed record's `error`.
    public static func describe(_ code: Int32) -> String { KafkaError(code: code).description }

    /// The error of a consumed record's code.
    public static func of(_ code: Int32, text: String? = nil, topic: String? = nil) -> KafkaError {
        KafkaError(code: code, text, topic: topic)
    }
}
