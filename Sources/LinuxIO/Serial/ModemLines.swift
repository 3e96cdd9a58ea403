import Glibc

/// The wires beside the data of a serial cable, as `TIOCMGET` reads them.
package struct ModemLines: OptionSet, Hashable, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let dataTerminalReady = ModemLines(rawValue: Int32(TIOCM_DTR))
    package static let requestToSend = ModemLines(rawValue: Int32(TIOCM_RTS))
    package static let clearToSend = ModemLines(rawValue: Int32(TIOCM_CTS))
    package static let carrierDetect = ModemLines(rawValue: Int32(TIOCM_CAR))
    package static let ring = ModemLines(rawValue: Int32(TIOCM_RNG))
    package static let dataSetReady = ModemLines(rawValue: Int32(TIOCM_DSR))

    /// Whether the machine at the other end of a null-modem cable shows that it has power.
    package var showsPeer: Bool { !isDisjoint(with: [.clearToSend, .carrierDetect, .dataSetReady]) }
}
