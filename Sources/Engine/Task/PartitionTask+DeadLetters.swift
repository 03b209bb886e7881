import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// Records that cannot be used.
extension PartitionTask {
    /// Why a record is a dead letter, and the field at fault, or empty.
    struct Fault {
        var code: BadInput
        var field = ""

        init(code: BadInput, field: String = "") {
            self.code = code
            self.field = field
        }

        /// The pipeline did not take the event.
        init(_ refusal: PipelineRefusal, _ plan: DecoderPlan) {
            self.init(code: BadInput(refusal), field: plan.labelField ?? "")
        }
    }

    /// Makes a dead letter of a record that `process` could not use.
    func bury(
        _ record: ConsumedRecord, _ fault: Fault, headers: [(String, [UInt8]?)], topic: String? = nil,
        part: TransactionDraft.Part, draft: TransactionDraft
    ) {
        let code = fault.code.rawValue
        counters.deadLetters[code, default: 0] += 1
        if counters.firstDeadLetters[code] == nil {
            let labels = topic == nil ? nil : topology.labels
            let why = (labels?.layout ?? topology.layout).explain(
                fault.code, field: fault.field, in: record.raw, plan: labels?.decoder ?? topology.decoder,
                classes: topology.pipeline.classes)
            counters.firstDeadLetters[code] = .init(offset: record.offset, field: why.field, reason: why.reason)
        }
        let letter = DeadLetter(
            record, code: fault.code, field: fault.field, headers: headers,
            topic: topic ?? topology.inputTopic,
            topology: topology.name)
        draft.extraBytes += letter.byteCount
        part.deadLetters.append(letter)
    }
}
