import Console
import KafkaClient

/// librdkafka's own lines in our log, in our form.
enum ClientLog {
    static func write(_ line: KafkaLogLine) {
        let fields = [("client", line.facility)]
        switch line.level {
        case ...3: Log.warning(line.message, fields[0])
        case 4: Log.info(line.message, fields[0])
        default: Log.debug(line.message, fields[0])
        }
    }

    /// An error that librdkafka put among the records; it goes on by itself.
    static func note(_ code: Int32) { Log.debug("consumer", ("error", KafkaError.describe(code))) }
}
