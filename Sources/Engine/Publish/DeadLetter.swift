import EventFormats
import KafkaClient

extension DeadLetter {
    /// The original record, with headers `millrace.error.…` behind its own.
    init(
        _ record: ConsumedRecord, code: BadInput, field: String, headers: [(String, [UInt8]?)], topic: String,
        topology: String
    ) {
        let added: [(String, String)] = [
            ("stage", code == .crashed ? "learn" : "decode"), ("code", code.rawValue),
            ("message", code.text(field: field)), ("topic", topic), ("partition", "\(record.partition)"),
            ("offset", "\(record.offset)"), ("topology", topology),
        ]
        self.init(
            key: record.key.map { Array($0) }, value: record.value.map { Array($0) },
            headers: headers + added.map { ("millrace.error.\($0.0)", Array($0.1.utf8)) })
    }

    /// The headers that a letter adds, behind the record's.
    private static let ownHeaders = 7

    /// The letter as a record of at most `limit` bytes, at least 64 KiB.
    ///
    /// A record that came compressed can be larger than what its topic takes. It cannot be published whole, and must not
    /// stop the stream: its value is cut, long headers and a long key before it, and `millrace.error.cut` tells the
    /// sizes. The whole record stands in the input, at the named offset.
    func fitting(_ limit: Int) -> DeadLetter {
        guard byteCount > limit else { return self }
        let kept = headers.count - Self.ownHeaders
        let sizes = "value \(value?.count ?? 0) bytes, key \(key?.count ?? 0) bytes, \(kept) headers"
        var letter = self
        letter.value = nil
        letter.key = key.map { Array($0.prefix(limit / 4)) }
        if letter.byteCount > limit / 2 { letter.headers = headers.suffix(Self.ownHeaders) }
        letter.headers.append(("millrace.error.cut", Array(sizes.utf8)))
        letter.value = value.map { Array($0.prefix(max(0, limit - letter.byteCount))) }
        return letter
    }
}

extension BadInput {
    /// What is wrong, for a person.
    func text(field: String) -> String {
        let place = field.isEmpty ? "" : "field '\(field)': "
        return switch self {
        case .brokenJSON: place + "not one valid JSON object"
        case .brokenCSV: place + "not a CSV record with the declared columns"
        case .wrongType: place + "the value's type is not the declared one"
        case .notFinite: place + "NaN or Infinity is not a number here"
        case .numberOverflow: place + "the number is beyond the range of a Double"
        case .unknownClass: place + "the label is none of the declared classes"
        case .tombstone: "the record has no value"
        case .tooLarge where field == EventIntake.keyField:
            "the record's key is larger than \(EventIntake.maxKeyBytes >> 10) KiB"
        case .tooLarge: "the record is larger than input.max_record_bytes"
        case .missingID: place + "no id, by which a label finds its event"
        case .crashed: "the process ended each time this record was tried"
        }
    }
}
