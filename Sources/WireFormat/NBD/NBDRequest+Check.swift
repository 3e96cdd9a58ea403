import ClusterModel

extension NBDRequest {
    /// The bytes of the export that the request is about. Only for requests that `refusal(by:)` has let pass.
    package var range: ByteRange { ByteRange(offset: offset, length: UInt64(length)) }

    /// Why an export does not take this request, as the error of the reply; nil where it does.
    ///
    /// A write that is refused still has its data on the socket.
    package func refusal(by export: NBDExport) -> NBDErrorNumber? {
        guard flags.isSubset(of: allowedFlags) else { return .invalid }
        switch command {
        case .disconnect:
            return nil
        case .flush:
            return offset == 0 && length == 0 ? nil : .invalid
        case .read:
            return lengthRefusal(by: export, limited: true) ?? (isInside(export) ? nil : .invalid)
        case .write:
            return writeRefusal(by: export, limited: true)
        case .trim, .writeZeroes:
            return writeRefusal(by: export, limited: false)
        case .cache:
            return lengthRefusal(by: export, limited: false) ?? (isInside(export) ? nil : .invalid)
        case .blockStatus, .unknown:
            return .invalid
        }
    }

    private var allowedFlags: NBDCommandFlags {
        switch command {
        case .writeZeroes: [.fua, .noHole]
        // Permitted on every command where the server offers FUA, even where it means nothing.
        case .read, .write, .disconnect, .flush, .trim, .cache, .blockStatus, .unknown: .fua
        }
    }

    private func writeRefusal(by export: NBDExport, limited: Bool) -> NBDErrorNumber? {
        guard !export.flags.contains(.readOnly) else { return .notPermitted }
        return lengthRefusal(by: export, limited: limited) ?? (isInside(export) ? nil : .noSpace)
    }

    private func lengthRefusal(by export: NBDExport, limited: Bool) -> NBDErrorNumber? {
        let block = export.blockSizes.minimum
        guard length > 0, length.isMultiple(of: block), offset.isMultiple(of: UInt64(block)) else { return .invalid }
        return limited && length > export.blockSizes.maximum ? .overflow : nil
    }

    private func isInside(_ export: NBDExport) -> Bool {
        range.isInside(size: export.size)
    }
}
