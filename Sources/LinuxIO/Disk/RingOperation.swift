import CLinux

/// One entry for the ring, as a value that can wait for room.
enum RingOperation {
    case read(descriptor: Int32, memory: UnsafeMutableRawBufferPointer, offset: UInt64)
    case write(descriptor: Int32, memory: UnsafeRawBufferPointer, offset: UInt64, flags: Int32)
    case sync(descriptor: Int32, dataOnly: Bool)
    case allocate(descriptor: Int32, mode: Int32, offset: UInt64, length: UInt64)
    case command(descriptor: Int32, operation: UInt32, payload: [UInt8])
    case cancel(target: UInt64)

    /// Puts the operation into the submission queue; false where that is full.
    func prepare(_ ring: UnsafeMutablePointer<clinux_ring>, tag: UInt64) -> Bool {
        switch self {
        case .read(let descriptor, let memory, let offset):
            clinux_ring_read(ring, descriptor, memory.baseAddress, UInt32(memory.count), offset, tag)
        case .write(let descriptor, let memory, let offset, let flags):
            clinux_ring_write(ring, descriptor, memory.baseAddress, UInt32(memory.count), offset, flags, tag)
        case .sync(let descriptor, let dataOnly):
            clinux_ring_sync(ring, descriptor, dataOnly, tag)
        case .allocate(let descriptor, let mode, let offset, let length):
            clinux_ring_allocate(ring, descriptor, mode, offset, length, tag)
        case .command(let descriptor, let operation, let payload):
            clinux_ring_command(ring, descriptor, operation, payload, UInt32(payload.count), tag)
        case .cancel(let target):
            clinux_ring_cancel(ring, target, tag)
        }
    }
}
