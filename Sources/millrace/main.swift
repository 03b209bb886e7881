import Console

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// A closed connection ends a write with an error instead of the process with a signal.
signal(SIGPIPE, SIG_IGN)
// Not `exit`, whose destructors take from librdkafka's threads what those that were left behind still use. All output is
// written by then: nothing here buffers.
_exit(Dispatcher.run(Array(CommandLine.arguments.dropFirst())).rawValue)
