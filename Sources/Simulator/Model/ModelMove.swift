/// One thing that happens in the abstract pair.
package enum ModelMove: Hashable, Sendable {
    case beat(from: Int)
    /// Time passes: everything that must happen by then has happened.
    case tick
    case probe(Int)
    case connect
    case resync(from: Int)
    /// A client's write that is acknowledged without the other copy.
    case writeAlone(Int)
    /// The owner's peer has confirmed that it is outdated.
    case goOnConfirmed(Int)
    /// The owner goes on alone in total silence.
    case goOnInSilence(Int)
    case stopInSilence(Int)
    case takeOver(Int)
    case startAlone(Int)
    case claim(Int)
    case start(Int)
    case takeOffer(Int)
    // What goes wrong, and what persons do
    case crash(Int)
    case boot(Int)
    case hang(Int)
    case wake(Int)
    case cutDirect
    case healDirect
    case cutSerial
    case healSerial
    case cutLAN(Int)
    case healLAN(Int)
    case loseGateway
    case regainGateway
    case handOver(Int)
}
