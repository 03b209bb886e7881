/// Numbers as text.
public enum NumberText {
    /// The shortest text that reads back as the same `Double`: whole numbers below 2^53 without a point. Finite only.
    public static func shortest(_ number: Double) -> String {
        guard number == number.rounded(.towardZero), abs(number) < 0x1p53 else { return "\(number)" }
        return number == 0 && number.sign == .minus ? "-0" : "\(Int64(number))"
    }
}
