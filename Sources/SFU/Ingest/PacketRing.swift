import RTP

/// The newest packets of a track, decrypted, each in a slot of fixed size.
///
/// A packet's slot follows from its index, so that finding one is an addition. Bounded by its capacity: a newer
/// packet takes the slot of the one that is `capacity` older. Memory is taken from the system as slots are used.
@safe public final class PacketRing {
    /// Bytes of a slot: what fits into an Ethernet frame, rounded up to a multiple of 32.
    public static let slotBytes = 1504

    /// Slots; a power of two.
    public let capacity: Int
    private let mask: Int64
    private let payloads: UnsafeMutableRawPointer
    private let infos: UnsafeMutablePointer<PacketInfo>

    /// An empty ring.
    ///
    /// - Parameter capacity: Rounded up to a power of two.
    public init(capacity: Int) {
        var slots = 64
        while slots < capacity { slots *= 2 }
        self.capacity = slots
        mask = Int64(slots - 1)
        unsafe payloads = .allocate(byteCount: slots * Self.slotBytes, alignment: 64)
        unsafe infos = .allocate(capacity: slots)
        let empty = PacketInfo(index: -1, arrival: .init(nanoseconds: 0), timestamp: 0, codec: .opus)
        unsafe infos.initialize(repeating: empty, count: slots)
    }

    deinit {
        unsafe payloads.deallocate()
        unsafe infos.deallocate()
    }

    /// The packet at an index; `nil` if it never came or was overwritten.
    @inline(__always)
    public func info(at index: Int64) -> PacketInfo? {
        let info = unsafe infos[Int(index & mask)]
        return info.index == index ? info : nil
    }

    /// Whether the packet at an index is there.
    @inline(__always)
    public func contains(_ index: Int64) -> Bool {
        unsafe infos[Int(index & mask)].index == index
    }

    /// Where the payload of the packet at an index begins, valid until it is overwritten: for the same turn only.
    @inline(__always)
    public func payload(at index: Int64) -> UnsafeMutableRawPointer {
        unsafe payloads + Int(index & mask) * Self.slotBytes
    }

    /// Puts a packet into its slot.
    ///
    /// - Parameter bytes: At most ``slotBytes``; the caller has checked.
    public func store(_ info: PacketInfo, payload bytes: UnsafeRawBufferPointer) {
        unsafe infos[Int(info.index & mask)] = info
        guard let source = bytes.baseAddress else { return }
        unsafe payload(at: info.index).copyMemory(from: source, byteCount: min(bytes.count, Self.slotBytes))
    }

    /// Lengthens the packet at an index to `length` bytes by RTP padding; it had none.
    func pad(_ index: Int64, to length: Int) {
        let slot = Int(index & mask)
        let old = unsafe Int(infos[slot].length)
        guard length > old, length - old <= 255, length <= Self.slotBytes else { return }
        let end = unsafe payload(at: index)
        for offset in old..<(length - 1) {
            unsafe end.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
        }
        unsafe end.storeBytes(of: UInt8(length - old), toByteOffset: length - 1, as: UInt8.self)
        unsafe infos[slot].length = UInt16(length)
        unsafe infos[slot].padding = UInt8(length - old)
    }
}
