import Console

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// A closed connection ends a write with an error instead of the process with a signal.
signal(SIGPIPE, SIG_IGN)
exit(Dispatcher.run(Array(CommandLine.arguments.dropFirst())).rawValue)
