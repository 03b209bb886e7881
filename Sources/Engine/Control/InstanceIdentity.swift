import Foundation

/// The name under which a process comes back: `--instance`, else the pod's name, else a UUID in a locked directory.
public final class InstanceIdentity: Sendable {
    /// The instance's name.
    public let name: String
    private let lock: FileHandle?

    /// - Parameters:
    ///   - given: `--instance`.
    ///   - directory: `--state-dir`; each process on a machine takes the first free place in it and holds it until it ends.
    public init(given: String?, directory: String, environment: [String: String]) throws(EngineError) {
        if let name = given ?? environment["MILLRACE_INSTANCE"] {
            self.name = name
            lock = nil
            return
        }
        for place in 0..<64 {
            let folder = "\(directory)/\(place)"
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw EngineError(
                    .unavailable,
                    "the state directory \(folder) cannot be made. Name another with --state-dir, or give the instance "
                        + "a name with --instance")
            }
            // Who may write here must not choose the file that is emptied: no link is followed, nothing but a file taken.
            let inside = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            defer { if inside >= 0 { close(inside) } }
            let descriptor =
                inside < 0
                ? -1 : openat(inside, "instance", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
            guard descriptor >= 0, Self.isFile(descriptor) else {
                if descriptor >= 0 { close(descriptor) }
                throw EngineError(
                    .unavailable,
                    "\(folder)/instance cannot be opened, or is no file of its own (a link is not followed). Name another "
                        + "--state-dir, or use --instance")
            }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            let stored = (try? handle.readToEnd()).flatMap { String(decoding: $0, as: UTF8.self) } ?? ""
            if stored.count == 36 {
                name = stored
            } else {
                name = UUID().uuidString.lowercased()
                try? handle.truncate(atOffset: 0)
                try? handle.write(contentsOf: Data(name.utf8))
                try? handle.synchronize()
            }
            lock = handle
            return
        }
        throw EngineError(.unavailable, "64 processes already use \(directory); give this one a name with --instance")
    }

    private static func isFile(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
