import Console
import Engine
import Foundation
import KafkaClient
import OnlineLearning
import Text
import Topology

/// `millrace doctor`: what this machine, the broker and the topics are like, and what to change.
enum DoctorCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        var examination = Examination()
        examination.machine()
        var topology: TopologyPlan?
        if let file = invocation.operands.first {
            let (plan, findings) = try invocation.check(file)
            topology = plan
            for finding in findings {
                examination.add(finding.severity == .error ? .bad : .advice, "topology", finding.description, .findings)
            }
            if findings.isEmpty { examination.add(.good, "topology", "\(file) is in order") }
        }
        var configuration = KafkaConfiguration(
            bootstrap: topology?.bootstrap ?? invocation.bootstrap, properties: topology?.kafkaProperties ?? [])
        configuration.set("socket.connection.setup.timeout.ms", "5000")
        examination.broker(configuration, topology)
        if invocation.has("json") {
            Terminal.print(examination.json.pretty)
        } else {
            examination.print(.output)
        }
        return examination.code
    }
}

/// The findings of a doctor, in their order.
private struct Examination {
    enum Verdict: String { case good, advice, bad }

    private var results: [(verdict: Verdict, subject: String, text: String)] = []
    private(set) var code = ExitCode.done

    mutating func add(_ verdict: Verdict, _ subject: String, _ text: String, _ code: ExitCode = .done) {
        results.append((verdict, subject, text))
        if verdict == .bad, self.code == .done { self.code = code }
    }

    mutating func machine() {
        add(.good, "millrace", BuildFacts.version)
        let version = KafkaLibrary.version
        if KafkaLibrary.versionNumber < 0x0205_0000 {
            add(
                .advice, "librdkafka",
                "\(version) works, with guards; 2.5 or later has fixes for idempotent producers and log truncation")
        } else {
            add(.good, "librdkafka", version)
        }
        add(.good, "numerics", NumericsIdentity.text)
        let process = ProcessInfo.processInfo
        add(
            .good, "machine",
            "\(process.activeProcessorCount) cores, \(Numbers.bytes(Int(process.physicalMemory))) memory")
        var limit = rlimit()
        #if canImport(Glibc)
        let found = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
        let found = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        if found == 0 {
            let isLow = limit.rlim_cur < 4096
            let advice = isLow ? "; a client needs a few per broker and worker: raise it with ulimit -n" : ""
            add(isLow ? .advice : .good, "open files", "\(limit.rlim_cur) allowed\(advice)")
        }
    }

    mutating func broker(_ configuration: KafkaConfiguration, _ topology: TopologyPlan?) {
        let address = configuration["bootstrap.servers"] ?? ""
        if let missing = BrokerAccess.missingFile(topology?.kafkaProperties ?? []) {
            return add(.bad, "broker", missing, .inputData)
        }
        do throws(KafkaError) {
            let admin = try Admin(configuration)
            defer { admin.close() }
            let brokers: Int
            do throws(KafkaError) { brokers = try admin.brokerCount(timeout: 5_000) } catch {
                let reason = BrokerAccess.reason(bootstrap: address, told: admin.connectionError, error: error)
                add(.bad, "broker", reason, .unavailable)
                return
            }
            let cluster = admin.clusterID(timeout: 5_000) ?? "unknown"
            add(.good, "broker", "\(brokers) at \(address), cluster \(cluster)")
            if brokers < 3 { add(.advice, "broker", "fewer than three brokers: a lost one loses records") }
            guard let topology else { return }
            let survey = try TopicSurvey(topology, admin)
            for finding in survey.findings {
                add(finding.isFatal ? .bad : .advice, finding.subject, finding.text, .unavailable)
            }
            guard let partitions = survey.partitions,
                !survey.findings.contains(where: { $0.subject == "access" && $0.isFatal })
            else { return }
            let count = partitions == 1 ? "one partition, so one task" : "\(partitions) partitions, so as many tasks"
            add(.good, "topics", "\(topology.inputTopic) has \(count), each with models of its own")
            fields(topology)
            state(topology, partitions)
        } catch {
            // A property's value that librdkafka does not take is no broker's doing.
            let isOurs = error.code == KafkaError.Code.invalidArgument
            add(.bad, "broker", error.description, isOurs ? .inputData : .unavailable)
        }
    }

    /// Records that are looked at for fields that never come.
    private static let sample = 1000

    /// Whether the first records have the topology's fields, and can be read at all.
    private mutating func fields(_ topology: TopologyPlan) {
        do {
            var evaluation = Evaluation(topology)
            evaluation.limit = Self.sample
            let result = try evaluation.run(try TopicRecords(topology))
            guard result.rows > 0 else { return add(.good, "records", "\(topology.inputTopic) has none yet") }
            for remark in result.remarks { add(.advice, "records", remark) }
            for line in RejectedText.lines(result.rejected) {
                add(.advice, "records", line.trimmingCharacters(in: .whitespaces))
            }
            let bad = result.deadLetterCount
            let share = bad == 0 ? "" : ", \(bad) of them dead letters"
            add(
                .good, "records",
                "looked at the first \(Numbers.grouped(result.rows)) of \(topology.inputTopic)\(share)")
        } catch { add(.advice, "records", "cannot be read: \(error)") }
    }

    /// Restores every task as `run` would: a changed topology, damaged state and missing permissions are told here.
    private mutating func state(_ topology: TopologyPlan, _ partitions: Int) {
        var largest = 0
        do throws(EngineError) {
            let states = try TaskState.list(topology)
            largest = states.map { $0.bytes }.max() ?? 0
            if states.isEmpty {
                add(.good, "state", "none yet: `run` begins at `input.start`")
            } else if let refusal = states.compactMap(\.refusal).first {
                add(.bad, "state", "`run` would end with: \(refusal)", .inputData)
            } else {
                if states.contains(where: \.isChanged) {
                    add(
                        .advice, "state",
                        "the file says something else than what is stored: `millrace plan \(topology.file)` tells what a restart "
                            + "does")
                }
                let events = states.reduce(0) { $0 + $1.events }
                add(
                    .good, "state",
                    "\(states.count) of \(partitions) tasks restored, \(Numbers.grouped(Int(events))) events, the largest "
                        + Numbers.bytes(largest))
            }
        } catch {
            add(
                .bad, "state", "`run` would end with: \(error.message)", error.kind == .data ? .inputData : .unavailable
            )
        }
        let memory = ProcessMemory(
            tasks: partitions, perTask: topology.memoryOfTask, largestState: largest,
            inputs: topology.labels == nil ? 1 : 2)
        let isTooMuch = memory.bytes > Int(ProcessInfo.processInfo.physicalMemory)
        let remedy = isTooMuch ? ": more than the machine has; lower `memory` or spread the partitions" : ""
        add(isTooMuch ? .advice : .good, "memory", memory.text + remedy)
    }

    var json: JSON {
        .array(
            results.map {
                ["subject": .text($0.subject), "verdict": .text($0.verdict.rawValue), "text": .text($0.text)]
            })
    }

    func print(_ style: Style) {
        for result in results {
            let mark =
                switch result.verdict {
                case .good: style.green("ok    ")
                case .advice: style.yellow("advice")
                case .bad: style.red("bad   ")
                }
            Terminal.print("\(mark) \(result.subject): \(Printable.text(result.text))")
        }
    }
}

extension DoctorCommand: ProgramCommand {
    static let command = Command(
        "doctor", "Look at versions, broker, topics and limits, and advise",
        operands: .optionalFile, options: [.bootstrap, .json, .set])
}
