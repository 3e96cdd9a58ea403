/// Big-endian fields at fixed offsets of a block whose length was checked beforehand.
struct BlockFields {
    private(set) var bytes: [UInt8]

    /// A block as read.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// An empty block of 4 KiB.
    init() {
        bytes = [UInt8](repeating: 0, count: 4096)
    }

    func read<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type = Number.self) -> Number {
        bytes.withUnsafeBytes { Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }

    mutating func write<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: number.bigEndian, toByteOffset: offset, as: Number.self) }
    }
}
