extension OptionTable {
    /// Help of the program: what it is and its commands.
    public func help(_ style: Style = Style(isColored: false)) -> String {
        let width = commands.map { $0.name.count }.max() ?? 0
        var text = "\(summary)\n\n\(style.bold("Usage:")) \(program) COMMAND [OPTIONS]\n\n\(style.bold("Commands:"))\n"
        for command in commands {
            text += "  \(style.cyan(padded(command.name, width)))  \(command.summary)\n"
        }
        text += "\n\(style.bold("Options:"))\n"
        text += optionLines([Option("version", .flag, "Print versions and exit")] + common, style)
        text += "\n`\(program) COMMAND --help` tells more about a command.\n"
        return text
    }

    /// Help of one command.
    public func help(of command: Command, _ style: Style = Style(isColored: false)) -> String {
        let operands = command.operands.usage.isEmpty ? "" : " " + command.operands.usage
        var text = "\(command.summary).\n\n\(style.bold("Usage:")) \(program) \(command.name)\(operands) [OPTIONS]\n"
        if !command.details.isEmpty { text += "\n" + wrapped(command.details, width: 96) + "\n" }
        if !command.operands.words.isEmpty {
            text +=
                "\n"
                + wrapped("\(command.operands.usage): \(command.operands.words.joined(separator: ", "))", width: 96)
                + "\n"
        }
        text += "\n\(style.bold("Options:"))\n" + optionLines(options(of: command), style)
        if !command.examples.isEmpty {
            text += "\n\(style.bold("Examples:"))\n" + command.examples.map { "  \($0)\n" }.joined()
        }
        return text
    }

    /// The command-line reference as Markdown.
    public func documentation() -> String {
        var text =
            "# `\(program)`\n\n\(summary)\n\nMade by `\(program) completions docs` from the program's own table.\n"
        for command in commands {
            text += "\n## `\(program) \(command.name)`\n\n```text\n\(help(of: command))```\n"
        }
        text += "\n## Exit codes\n\n| code | meaning |\n|---|---|\n"
        for code in ExitCode.allCases { text += "| \(code.rawValue) | \(code.summary) |\n" }
        return text
    }

    private func optionLines(_ options: [Option], _ style: Style) -> String {
        let heads = options.map { option in
            (option.short.map { "-\($0), " } ?? "    ") + "--\(option.name)"
                + (option.value.placeholder.map { " \($0)" } ?? "")
        }
        let width = min(30, heads.map { $0.count }.max() ?? 0)
        var text = ""
        for (head, option) in zip(heads, options) {
            let indent = "\n" + String(repeating: " ", count: width + 4)
            var summary = option.summary
            if case .choice(let words) = option.value, words.count > 4 {
                summary += ": " + words.joined(separator: ", ")
            }
            if option.isRepeatable { summary += " (repeatable)" }
            let lines = wrapped(summary, width: 100 - width).split(separator: "\n").joined(separator: indent)
            text += "  \(style.cyan(padded(head, width)))\(head.count > width ? indent : "  ")\(lines)\n"
        }
        return text
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func wrapped(_ text: String, width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
            Picture.wrapped(String(paragraph), columns: width, indent: 0).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
