import Foundation
import Synchronization

/// Named places of the protocol at which a test can kill the process: `MILLRACE_CRASH_AT=<name>` or `<name>:<n>` for the
/// n-th time the place is reached.
enum CrashPoint: String, CaseIterable {
    case afterInit = "after-init"
    case afterGenesis = "after-genesis"
    case afterStableRead = "after-stable-read"
    case duringChunkLoad = "during-chunk-load"
    case duringReplay = "during-replay"
    case afterReplay = "after-replay"
    case afterBegin = "after-begin"
    case midBatch = "mid-batch"
    case afterProduce = "after-produce"
    case afterJournal = "after-journal"
    case midChunks = "mid-chunks"
    case beforeManifest = "before-manifest"
    case afterManifest = "after-manifest"
    case afterSendOffsets = "after-send-offsets"
    case duringCommit = "during-commit"
    case afterCommit = "after-commit"
    case beforeStore = "before-store"
    case afterStore = "after-store"
    case inRevokeBeforeCommit = "in-revoke-before-commit"
    case inRevokeAfterCommit = "in-revoke-after-commit"
    case whileParked = "while-parked"
    case afterReconfigure = "after-reconfigure"
    case inDrain = "in-drain"

    private struct Target {
        var point: CrashPoint
        var count: Int
    }

    private static let target: Target? = {
        guard let text = ProcessInfo.processInfo.environment["MILLRACE_CRASH_AT"], !text.isEmpty else { return nil }
        let parts = text.split(separator: ":")
        guard let point = CrashPoint(rawValue: String(parts[0])) else {
            fatalError(
                "MILLRACE_CRASH_AT=\(text): no such point; there are "
                    + CrashPoint.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return Target(point: point, count: parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }()

    /// `MILLRACE_POISON_OFFSET=<offset>`: learning the record of that offset kills the process, every time.
    static let poisonOffset: Int64? = ProcessInfo.processInfo.environment["MILLRACE_POISON_OFFSET"].flatMap {
        Int64($0)
    }

    private static let reached = Atomic<Int>(0)

    /// Kills the process, as a power cut would, if this is the place and the time. Cost otherwise: one comparison.
    @inline(__always)
    static func reach(_ point: CrashPoint) {
        if let target, target.point == point { hit(target, after: 0) }
    }

    @inline(__always)
    static func poison(_ offset: Int64) {
        if let poisonOffset, poisonOffset == offset { kill(getpid(), SIGKILL) }
    }

    /// The same, but `microseconds` later and from another thread: in the middle of the call that follows.
    static func reachDuringNextCall(_ point: CrashPoint, microseconds: UInt32) {
        if let target, target.point == point { hit(target, after: microseconds) }
    }

    private static func hit(_ target: Target, after microseconds: UInt32) {
        guard reached.add(1, ordering: .relaxed).newValue == target.count else { return }
        guard microseconds > 0 else {
            kill(getpid(), SIGKILL)
            return
        }
        Thread.detachNewThread {
            usleep(microseconds)
            kill(getpid(), SIGKILL)
        }
    }
}
