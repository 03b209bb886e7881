/// The values next to one, for `tune`: what a local move may change a parameter to. None of them costs much more per event
/// or much more memory than the one before.
public enum ParameterSteps: Sendable, Equatable {
    /// So many times as large, or as small; nothing is next to 0.
    case factor(Double)
    /// The next of these up, and the next down; ascending.
    case ladder([Double])
    /// Another one of these words.
    case words([String])

    /// The number of twelve digits that a number is but for rounding, so that a step there and back again leads back.
    private static func decimal(_ number: Double) -> Double {
        let size = abs(number)
        guard size > 1e-10, size < 1e11 else { return number }
        var power = 1.0
        while size * power < 1e11 { power *= 10 }
        let short = (number * power).rounded() / power
        return abs(short - number) <= 4 * number.ulp ? short : number
    }

    /// The values next to `value` that `kind` allows, in a fixed order.
    func neighbours(of value: ParameterValue, _ kind: ParameterKind) -> [ParameterValue] {
        let number: Double
        switch value {
        case .number(let found): number = found
        case .integer(let found): number = Double(found)
        case .choice(let word):
            guard case .words(let words) = self else { return [] }
            return words.filter { $0 != word }.map { .choice($0) }
        default: return []
        }
        let next: [Double]
        switch self {
        case .factor(let factor): next = number == 0 ? [] : [number / factor, number * factor].map(Self.decimal)
        case .ladder(let rungs):
            next = [rungs.last { $0 < number }, rungs.first { $0 > number }].compactMap { $0 }
        case .words: next = []
        }
        return next.compactMap { kind.value($0) }
    }
}

extension ParameterKind {
    /// A number as a value of this kind, or nil: it is none.
    fileprivate func value(_ number: Double) -> ParameterValue? {
        switch self {
        case .number(let range, _): range.contains(number) ? .number(number) : nil
        case .integer(let range, _): Int(exactly: number.rounded()).flatMap { range.contains($0) ? .integer($0) : nil }
        default: nil
        }
    }

    /// The value that was spelled so (`ParameterValue.text`), or nil: it is none of this kind.
    func value(spelled text: String) -> ParameterValue? {
        switch self {
        case .number, .integer: Double(text).flatMap(value)
        case .choice(let words, _): words.contains(text) ? .choice(text) : nil
        default: nil
        }
    }
}
