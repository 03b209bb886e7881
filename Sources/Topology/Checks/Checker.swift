import OnlineLearning
import Text

/// What all checks of one topology share: the mistakes found so far and what names are known.
final class Checker {
    let file: String
    let components: [ComponentDescription]
    let isKnownKafkaProperty: (String) -> (known: Bool, suggestion: String?)
    /// Paths of the overrides: source n is element n - 1.
    var overrides: [String] = []
    /// Files that tests name must be there.
    var looksAtFiles = false
    /// What variables were filled in.
    var references = FilledReferences()
    private(set) var findings: [Finding] = []

    init(
        file: String, components: [ComponentDescription],
        isKnownKafkaProperty: @escaping (String) -> (known: Bool, suggestion: String?)
    ) {
        self.file = file
        self.components = components
        self.isKnownKafkaProperty = isKnownKafkaProperty
    }

    func report(
        _ mark: YAMLMark, _ message: String, suggestion: String? = nil, severity: Finding.Severity = .error
    ) {
        let message = references.hiding(message)
        let overridden = mark.source > 0 && mark.source <= overrides.count
        let finding = Finding(
            file: overridden ? "--set \(overrides[mark.source - 1])" : file, line: mark.line, column: mark.column,
            severity: severity, message: message, suggestion: suggestion)
        // Two readers may look at one section.
        if !isFull, !findings.contains(finding) { findings.append(finding) }
    }

    /// A word that two versions of YAML read differently; nothing where its place has a finding already.
    func reportAmbiguous(_ mark: YAMLMark, _ word: String) {
        guard let mistake = AmbiguousWord.mistake(in: word),
            !findings.contains(where: { $0.file == file && $0.line == mark.line && $0.column == mark.column })
        else { return }
        report(mark, mistake)
    }

    /// There are so many mistakes that further ones are not looked for: it bounds the time that any text can take.
    var isFull: Bool { findings.count >= 200 }

    /// The word that was probably meant, or nil.
    func nearest(to word: String, in words: [String]) -> String? {
        isFull ? nil : Suggestion.nearest(to: word, in: words)
    }

    /// Mistakes in the order of their places: the file first, then overrides.
    var sorted: [Finding] {
        findings.enumerated().sorted { a, b in
            let left = (a.element.file == file ? 0 : 1, a.element.line, a.element.column, a.offset)
            let right = (b.element.file == file ? 0 : 1, b.element.line, b.element.column, b.offset)
            return left < right
        }.map { $0.element }
    }

    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// The entry of that name and role, or nil.
    func find(_ name: String, _ role: ComponentRole) -> ComponentDescription? {
        components.first { $0.name == name && $0.role == role }
    }

    /// Names of a role, in the catalog's order.
    func names(_ role: ComponentRole) -> [String] { components.filter { $0.role == role }.map { $0.name } }
}
