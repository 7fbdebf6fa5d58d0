import Synchronization
import WebRTC

/// Datagrams that one loop has received for another: a ring with one writer and one reader, without a lock.
///
/// Bounded by ``capacity``: while it is full, datagrams are dropped, as a network does.
///
/// `@unchecked Sendable`: a slot belongs to the writer until `written` has passed it, then to the reader until `read` has.
final class DatagramInbox: @unchecked Sendable {
    /// Datagrams that the reader may be behind.
    static let capacity = 1024
    private static let slotBytes = 2112
    private static let header = 64

    private struct Label {
        var length: Int
        var path: NetworkPath
    }

    private let slots: UnsafeMutableRawPointer
    private let written = Atomic(0)
    private let read = Atomic(0)

    init() {
        slots = .allocate(byteCount: Self.capacity * Self.slotBytes, alignment: 64)
    }

    deinit { slots.deallocate() }

    /// Puts a datagram in.
    ///
    /// - Returns: `false` if there is no room for it.
    func put(_ datagram: UnsafeMutableRawBufferPointer, from path: NetworkPath) -> Bool {
        let position = written.load(ordering: .relaxed)
        guard position - read.load(ordering: .acquiring) < Self.capacity,
            datagram.count <= Self.slotBytes - Self.header, let source = datagram.baseAddress
        else { return false }
        let slot = slots + (position % Self.capacity) * Self.slotBytes
        slot.initializeMemory(as: Label.self, to: Label(length: datagram.count, path: path))
        (slot + Self.header).copyMemory(from: source, byteCount: datagram.count)
        written.store(position + 1, ordering: .releasing)
        return true
    }

    /// Takes out everything that is there.
    func drain(_ body: (UnsafeMutableRawBufferPointer, NetworkPath) -> Void) {
        var position = read.load(ordering: .relaxed)
        let end = written.load(ordering: .acquiring)
        while position < end {
            let slot = slots + (position % Self.capacity) * Self.slotBytes
            let label = slot.load(as: Label.self)
            body(UnsafeMutableRawBufferPointer(start: slot + Self.header, count: label.length), label.path)
            position += 1
            read.store(position, ordering: .releasing)
        }
    }
}
