import Console
import Text

/// The page's first screen as lines of a terminal.
struct TopView {
    let page: JSON
    let style: Style
    let width: Int

    var lines: [String] {
        var lines = wrapped(text(page["headline"]), indent: 0).map(style.bold)
        let basis = text(page["basis"])
        if !basis.isEmpty { lines += wrapped(basis, indent: 0).map(style.dim) }
        let banner = text(page["banner"])
        if !banner.isEmpty { lines += wrapped(banner, indent: 0).map(style.yellow) }
        lines.append("")
        let answers = list(page["answers"])
        let column = answers.map { text($0["question"]).count }.max() ?? 0
        for answer in answers {
            let question = text(answer["question"])
            let word = colored(text(answer["word"]), text(answer["tone"]))
            let told = Picture.wrapped(
                word + ". " + text(answer["why"]), columns: max(width - column - 2, 30), indent: 0)
            for (index, line) in told.enumerated() {
                let head = index == 0 ? question : ""
                lines.append(head + String(repeating: " ", count: column + 2 - head.count) + line)
            }
        }
        return lines + [""] + partitions
    }

    private func colored(_ word: String, _ tone: String) -> String {
        switch tone {
        case "good": style.green(word)
        case "bad": style.red(word)
        case "look": style.yellow(word)
        default: style.cyan(word)
        }
    }

    private var partitions: [String] {
        let heads = ["partition", "state", "a second", "waiting", "wrong", "model", "changes"]
        let rows = list(page["stages"]?["partitions"]).map { row in
            [
                text(row["partition"]), text(row["state"]), text(row["rate"]), text(row["behind"]), text(row["wrong"]),
                text(row["model"]), text(row["changes"]),
            ]
        }
        guard !rows.isEmpty else { return [] }
        let widths = heads.indices.map { index in ([heads] + rows).map { $0[index].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
        }
        return [style.dim(line(heads))] + rows.map(line)
    }

    private func wrapped(_ text: String, indent: Int) -> [String] {
        Picture.wrapped(text, columns: width, indent: indent)
    }

    private func list(_ value: JSON?) -> [JSON] { if case .array(let all)? = value { all } else { [] } }

    /// A text or a number, without what a terminal would obey.
    private func text(_ value: JSON?) -> String {
        switch value {
        case .text(let text)?: Printable.text(text)
        case .integer(let number)?: "\(number)"
        case .unsigned(let number)?: "\(number)"
        case .number(let number)?: Numbers.fixed(number, 0)
        default: ""
        }
    }
}
