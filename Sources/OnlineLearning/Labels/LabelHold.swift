/// Which events' time may run out: `protocol.md`, "Late labels, precisely", 6, and decision 0027.
public enum LabelHold: UInt8, Sendable {
    /// By the clock of both inputs.
    case none
    /// Nobody's: labels cannot come, or what was kept back meanwhile may still be on its way.
    case all
    /// By the labels' clock alone: labels come again and have not caught up with the events.
    case byLabels
}
