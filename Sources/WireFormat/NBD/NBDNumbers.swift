// The numbers of the NBD protocol (NetworkBlockDevice proto.md, "Values").

/// Magic numbers, all big-endian.
enum NBDMagic {
    /// `NBDMAGIC`, first in the server's greeting.
    static let greeting: UInt64 = 0x4e42_444d_4147_4943
    /// `IHAVEOPT`, second in the greeting and first in every option.
    static let option: UInt64 = 0x4948_4156_454f_5054
    static let optionReply: UInt64 = 0x0003_e889_0455_65a9
    static let request: UInt32 = 0x2560_9513
    static let simpleReply: UInt32 = 0x6744_6698
}

/// What the server says about the handshake itself.
package struct NBDHandshakeFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let fixedNewstyle = NBDHandshakeFlags(rawValue: 1)
    /// The 124 zeroes after the answer to `exportName` may be left out.
    package static let noZeroes = NBDHandshakeFlags(rawValue: 2)
}

/// What the client answers.
package struct NBDClientFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let fixedNewstyle = NBDClientFlags(rawValue: 1)
    package static let noZeroes = NBDClientFlags(rawValue: 2)
}

/// What a client may ask for before the transmission phase.
package enum NBDOption: UInt32, Hashable, Sendable, CaseIterable {
    /// Choose an export; the old way, without an error reply.
    case exportName = 1
    case abort = 2
    case list = 3
    case startTLS = 5
    case info = 6
    /// Choose an export.
    case go = 7
    case structuredReply = 8
    case listMetaContext = 9
    case setMetaContext = 10
    case extendedHeaders = 11
}

/// What the server answers to an option.
package enum NBDReplyType: UInt32, Hashable, Sendable, CaseIterable {
    case ack = 1
    /// One export of a list.
    case server = 2
    /// One piece of information on an export.
    case info = 3
    case metaContext = 4

    /// The option is not known here.
    case errorUnsupported = 0x8000_0001
    case errorPolicy = 0x8000_0002
    /// The option's data make no sense.
    case errorInvalid = 0x8000_0003
    case errorPlatform = 0x8000_0004
    case errorTLSRequired = 0x8000_0005
    /// No such export.
    case errorUnknown = 0x8000_0006
    case errorShutdown = 0x8000_0007
    case errorBlockSizeRequired = 0x8000_0008
    case errorTooBig = 0x8000_0009

    package var isError: Bool { rawValue & 0x8000_0000 != 0 }
}

/// The kinds of information on an export.
package enum NBDInfoType: UInt16, Hashable, Sendable, CaseIterable {
    case export = 0
    case name = 1
    case description = 2
    case blockSize = 3
}

/// What an export can do.
package struct NBDTransmissionFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Always set: the other bits mean something.
    package static let hasFlags = NBDTransmissionFlags(rawValue: 1 << 0)
    package static let readOnly = NBDTransmissionFlags(rawValue: 1 << 1)
    package static let sendFlush = NBDTransmissionFlags(rawValue: 1 << 2)
    package static let sendFUA = NBDTransmissionFlags(rawValue: 1 << 3)
    package static let rotational = NBDTransmissionFlags(rawValue: 1 << 4)
    package static let sendTrim = NBDTransmissionFlags(rawValue: 1 << 5)
    package static let sendWriteZeroes = NBDTransmissionFlags(rawValue: 1 << 6)
    package static let sendDF = NBDTransmissionFlags(rawValue: 1 << 7)
    package static let canMultiConn = NBDTransmissionFlags(rawValue: 1 << 8)
    package static let sendCache = NBDTransmissionFlags(rawValue: 1 << 10)
    package static let sendFastZero = NBDTransmissionFlags(rawValue: 1 << 11)
}

/// Errors in replies. The numbers are the protocol's, whatever the platform's errno are.
package enum NBDErrorNumber: UInt32, Error, Hashable, Sendable, CaseIterable {
    case notPermitted = 1
    case inputOutput = 5
    case outOfMemory = 12
    case invalid = 22
    case noSpace = 28
    case overflow = 75
    case notSupported = 95
    case shutdown = 108
}
