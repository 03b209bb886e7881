import Console
import Text

/// How much the program tells, changed while it runs.
enum LogRoutes {
    private static let words = LogLevel.allCases.map { $0.word }.joined(separator: ", ")

    static var all: [Route] {
        [
            Route(path: "/api/v1/log-level", summary: "The least level of log lines that are written") { _ in
                .response(.json(["level": .text(Log.level.word)]))
            },
            Route(
                method: "PUT", path: "/api/v1/log-level", summary: "Set the least level of log lines that are written",
                body: "One word: \(words)", isChange: true
            ) { request in
                let word = String(decoding: request.body.filter { $0 > 32 }, as: UTF8.self)
                guard let level = LogLevel(word: word) else {
                    return .response(.problem(400, "the body must be one of \(words)"))
                }
                Log.level = level
                return .response(.json(["level": .text(level.word)]))
            },
        ]
    }
}
