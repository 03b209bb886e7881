/// Shells that completions are written for.
public enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish
}

extension OptionTable {
    /// A completion script, to be sourced or put where the shell looks for it.
    public func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletions()
        case .zsh: zshCompletions()
        case .fish: fishCompletions()
        }
    }

    /// First words, and second words by first word.
    private var words: (first: [String], second: [(String, [String])]) {
        var first: [String] = []
        var second: [(String, [String])] = []
        for command in commands {
            let parts = command.name.split(separator: " ").map(String.init)
            if !first.contains(parts[0]) { first.append(parts[0]) }
            guard parts.count > 1 else { continue }
            if let index = second.firstIndex(where: { $0.0 == parts[0] }) {
                second[index].1.append(parts[1])
            } else {
                second.append((parts[0], [parts[1]]))
            }
        }
        return (first, second)
    }

    private func bashCompletions() -> String {
        var text = """
            # bash completion for \(program); source it or put it into bash-completion's folder
            _\(program)() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]:-}
                COMPREPLY=()
                # `--option=value` comes as three words.
                if [[ $current == = ]]; then
                    current=
                elif [[ $previous == = ]]; then
                    previous=${COMP_WORDS[COMP_CWORD-2]}
                fi
                if ((COMP_CWORD == 1)) || [[ $command == help ]]; then
                    COMPREPLY=($(compgen -W "\(words.first.joined(separator: " ")) --help --version" -- "$current"))
                    return
                fi

            """
        for (first, second) in words.second {
            text += "    if ((COMP_CWORD == 2)) && [[ $command == \(first) ]]; then\n"
            text +=
                "        COMPREPLY=($(compgen -W \"\(second.joined(separator: " "))\" -- \"$current\"))\n        return\n    fi\n"
            text += "    [[ $command == \(first) ]] && command=\"\(first) ${COMP_WORDS[2]}\"\n"
        }
        text += "    case \"$command $previous\" in\n"
        for command in commands {
            for option in options(of: command) {
                let long = "\"\(command.name) --\(option.name)\""
                let pattern = option.short.map { "\(long)|\"\(command.name) -\($0)\"" } ?? long
                switch option.value {
                case .flag: continue
                case .choice(let words):
                    text += "        \(pattern)) COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\""
                    text += " -- \"$current\")); return ;;\n"
                // Nothing of ours: the shell offers files.
                case .file, .text, .integer: text += "        \(pattern)) return ;;\n"
                }
            }
        }
        text += "    esac\n    case $command in\n"
        for command in commands {
            let names = options(of: command).map { "--\($0.name)" } + command.operands.words
            text +=
                "        \"\(command.name)\") COMPREPLY=($(compgen -W \"\(names.joined(separator: " "))\" -- \"$current\")) ;;\n"
        }
        text += "    esac\n}\ncomplete -o default -F _\(program) \(program)\n"
        return text
    }

    private func zshCompletions() -> String {
        var text =
            "#compdef \(program)\n# zsh completion for \(program); put it as _\(program) into a folder of $fpath\n"
        text += "_\(program)() {\n    local -a commands\n    commands=(\n"
        for word in words.first {
            let summary = commands.first { $0.name == word || $0.name.hasPrefix(word + " ") }?.summary ?? ""
            text += "        '\(word):\(zshEscaped(summary))'\n"
        }
        text += "    )\n    if ((CURRENT == 2)); then\n        _describe command commands\n        return\n    fi\n"
        text += "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n"
        for (first, second) in words.second {
            text += "    if [[ $command == \(first) ]]; then\n        if ((CURRENT == 2)); then\n"
            text += "            compadd \(second.joined(separator: " "))\n            return\n        fi\n"
            text += "        command=\"\(first) $words[2]\"\n        shift words\n        ((CURRENT--))\n    fi\n"
        }
        text += "    case $command in\n"
        for command in commands {
            text += "        '\(command.name)') _arguments"
            for option in options(of: command) { text += " \\\n            " + zshArgument(option) }
            if command.operands.isFile { text += " \\\n            '*:file:_files'" }
            if !command.operands.words.isEmpty {
                text += " \\\n            '1:name:(\(command.operands.words.joined(separator: " ")))'"
            }
            text += " ;;\n"
        }
        return text + "    esac\n}\ncompdef _\(program) \(program)\n"
    }

    private func zshArgument(_ option: Option) -> String {
        let head = "\(option.isRepeatable ? "*" : "")--\(option.name)[\(zshEscaped(option.summary))]"
        return switch option.value {
        case .flag: "'\(head)'"
        case .file: "'\(head):file:_files'"
        case .choice(let words): "'\(head):value:(\(words.joined(separator: " ")))'"
        case .text, .integer: "'\(head):\(option.value.placeholder ?? "value"): '"
        }
    }

    private func zshEscaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "'": escaped += "'\\''"
            case "[", "]", ":": escaped += "\\" + String(character)
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private func fishCompletions() -> String {
        var text = "# fish completion for \(program); put it into fish's completions folder as \(program).fish\n"
        text += "complete -c \(program) -f\n"
        let first = words.first
        let none = "not __fish_seen_subcommand_from \(first.joined(separator: " "))"
        for word in first {
            let summary = commands.first { $0.name == word || $0.name.hasPrefix(word + " ") }?.summary ?? ""
            text += "complete -c \(program) -n '\(none)' -a \(word) -d '\(fishEscaped(summary))'\n"
        }
        for (word, second) in words.second {
            text +=
                "complete -c \(program) -n '__fish_seen_subcommand_from \(word)' -a '\(second.joined(separator: " "))'\n"
        }
        for command in commands {
            let seen = command.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }.joined(
                separator: "; and ")
            for option in options(of: command) {
                text += "complete -c \(program) -n '\(seen)' -l \(option.name)"
                if let short = option.short { text += " -s \(short)" }
                switch option.value {
                case .flag: break
                case .file: text += " -r -F"
                case .choice(let words): text += " -x -a '\(words.joined(separator: " "))'"
                case .text, .integer: text += " -x"
                }
                text += " -d '\(fishEscaped(option.summary))'\n"
            }
            if command.operands.isFile { text += "complete -c \(program) -n '\(seen)' -F\n" }
            if !command.operands.words.isEmpty {
                text += "complete -c \(program) -n '\(seen)' -a '\(command.operands.words.joined(separator: " "))'\n"
            }
        }
        return text
    }

    private func fishEscaped(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
