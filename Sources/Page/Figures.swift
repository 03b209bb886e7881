import Console

/// Numbers as people read them: three significant digits at most, the unit by its side.
enum Figures {
    /// Between a number and its unit.
    static let space = "\u{a0}"

    /// `731,000` of what is counted; from a million on `2.29 million`.
    static func count(_ value: Double) -> String {
        let whole = value.rounded()
        guard whole.magnitude < 1e6 else { return Numbers.fixed(whole / 1e6, whole < 1e8 ? 2 : 0) + space + "million" }
        return Numbers.grouped(Int(whole))
    }

    /// Three significant digits, whole from 100 on.
    static func number(_ value: Double) -> String {
        let size = value.magnitude
        switch size {
        case _ where !value.isFinite: return "–"
        case 0: return "0"
        case 100...: return size < 1e6 ? Numbers.grouped(Int(value.rounded())) : count(value)
        case 10...: return Numbers.fixed(value, 1)
        case 1...: return Numbers.fixed(value, 2)
        case 0.001...: return Numbers.fixed(value, 3)
        default: return "\(value)"
        }
    }

    /// A rate per second: whole from 10 on.
    static func rate(_ value: Double) -> String {
        value >= 10 || value == 0 ? count(value) : Numbers.fixed(value, value < 1 ? 2 : 1)
    }

    /// A part of a whole: `4.1 %`.
    static func percent(_ share: Double) -> String {
        let value = share * 100
        let text = value == 0 || value >= 10 ? Numbers.fixed(value, 0) : Numbers.fixed(value, value < 1 ? 2 : 1)
        return text + "\u{202f}%"
    }

    /// So many of 100, whole.
    static func ofHundred(_ share: Double) -> String { Numbers.fixed(share * 100, 0) }

    /// One unit: `14 s`, `29 minutes`, `3 hours`, `2 days`.
    static func duration(_ seconds: Double) -> String {
        func words(_ value: Double, _ unit: String) -> String {
            let whole = Int(value.rounded())
            return "\(Numbers.grouped(whole))\(space)\(unit)\(whole == 1 ? "" : "s")"
        }
        switch seconds {
        case ..<0.95: return Numbers.fixed(seconds, seconds < 0.1 ? 2 : 1) + space + "s"
        case ..<90: return "\(Int(seconds.rounded()))\(space)s"
        case ..<5400: return words(seconds / 60, "minute")
        case ..<172_800: return words(seconds / 3600, "hour")
        default: return words(seconds / 86_400, "day")
        }
    }

    /// `once`, `twice`, `3 times`.
    static func times(_ count: Int, _ singular: String) -> String {
        "\(count == 1 ? "one" : Numbers.grouped(count)) \(singular)\(count == 1 ? "" : singular.hasSuffix("s") ? "es" : "s")"
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ words: [String]) -> String {
        words.count < 2 ? words.first ?? "" : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
    }
}

extension String {
    /// With its first letter as a sentence begins.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Figures {
    /// With so many decimals.
    static func decimals(_ value: Double, _ count: Int) -> String { Numbers.fixed(value, count) }
}
