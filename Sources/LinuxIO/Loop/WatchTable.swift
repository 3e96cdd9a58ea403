/// Who handles which registered descriptor. A slot's generation tells an event meant for an earlier
/// holder of the slot, still in the batch the kernel reported, from one for its present holder.
struct WatchTable {
    typealias Handler = (Readiness) -> Void

    private struct Slot {
        var generation: UInt32 = 0
        var descriptor: Int32 = -1
        var handler: Handler?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    /// How many descriptors are registered.
    var count: Int { slots.count - free.count }

    mutating func add(_ descriptor: Int32, _ handler: @escaping Handler) -> Registration {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(slots.count)
            slots.append(Slot())
        }
        slots[Int(index)].descriptor = descriptor
        slots[Int(index)].handler = handler
        return Registration(slot: index, generation: slots[Int(index)].generation)
    }

    /// Frees the slot; the descriptor it held, or nil where the registration was stale.
    mutating func remove(_ registration: Registration) -> Int32? {
        guard let descriptor = descriptor(of: registration) else { return nil }
        slots[Int(registration.slot)].handler = nil
        slots[Int(registration.slot)].descriptor = -1
        slots[Int(registration.slot)].generation &+= 1
        free.append(registration.slot)
        return descriptor
    }

    func descriptor(of registration: Registration) -> Int32? {
        handler(of: registration) == nil ? nil : slots[Int(registration.slot)].descriptor
    }

    func handler(of registration: Registration) -> Handler? {
        guard registration.slot < slots.count else { return nil }
        let slot = slots[Int(registration.slot)]
        return slot.generation == registration.generation ? slot.handler : nil
    }
}

extension Registration {
    /// The form that travels through the kernel.
    var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    init(token: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: token), generation: UInt32(truncatingIfNeeded: token >> 32))
    }
}
