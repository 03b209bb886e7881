/// Words that YAML 1.1 (PyYAML, Ruby, Go's yaml.v2) takes for true or false, and YAML 1.2 for what they are.
///
/// A topology must mean the same to both, so a topology holds them in quotes only. `y` and `n` are not among them: PyYAML
/// reads them as words.
enum AmbiguousWord {
    /// What a reader of YAML 1.1 takes the word for, or nil: the word itself.
    static func truth(of text: String) -> Bool? {
        switch text {
        case "yes", "Yes", "YES", "on", "On", "ON": true
        case "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }

    /// The finding for one without quotes, or nil for any other word.
    static func mistake(in text: String) -> String? {
        truth(of: text).map {
            "`\(text)` is \($0) to readers of YAML 1.1: write `\($0)`, or \"\(text)\" in quotes for the word"
        }
    }
}
