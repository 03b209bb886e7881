import Console
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The first SIGTERM or SIGINT as a call; the second one ends the process at once, without a commit. The default handling
/// is off while the value lives.
final class StopOnSignal {
    private static let count = Atomic<Int>(0)
    private let sources: [any DispatchSourceSignal]

    init(_ stop: @escaping @Sendable () -> Void) {
        sources = [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let registered = DispatchSemaphore(value: 0)
            source.setRegistrationHandler { registered.signal() }
            source.setEventHandler {
                guard Self.count.add(1, ordering: .relaxed).oldValue > 0 else { return stop() }
                Terminal.printError("a second signal: ending at once, without a last commit")
                // Not by the signal itself: dispatch has blocked it. 143 or 130, as shells tell a death by it.
                _exit(128 + number)
            }
            source.resume()
            // Until then a signal ends the process as usual: ignored meanwhile, it would be lost.
            registered.wait()
            #if !os(Linux)
            // There dispatch watches signals beside their handling, and takes none over.
            signal(number, SIG_IGN)
            #endif
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}
