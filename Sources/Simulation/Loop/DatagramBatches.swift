import CMediaSockets
import WebRTC

/// The buffers by which datagrams come and go many at a time; all sockets of a loop use the same ones in turn.
final class DatagramBatches {
    /// The most bytes of a datagram that is sent.
    static let slotBytes = 1_536
    /// Bytes of a received datagram; media stays below 1,500.
    private static let receivedBytes: Int32 = 2_048
    private static let batch = 64

    private let receiver: OpaquePointer
    private let sender: OpaquePointer
    private let arena: UnsafeMutablePointer<UInt8>
    private var queued = 0

    init() {
        receiver = cms_receiver_new(Int32(Self.batch), Self.receivedBytes)
        sender = cms_sender_new(Int32(Self.batch), Self.batch * Self.slotBytes)
        arena = cms_sender_arena(sender)
    }

    deinit {
        cms_receiver_free(receiver)
        cms_sender_free(sender)
    }

    /// Reads what there is, a batch at most, and calls `body` for each datagram.
    ///
    /// - Returns: Whether there may be more.
    func receive(
        _ socket: Int32,
        _ body: (UnsafeMutableRawBufferPointer, _ from: TransportAddress) -> Void
    ) -> Bool {
        let count = cms_receive(receiver, socket)
        guard count > 0 else { return false }
        for datagram in 0..<count {
            let bytes = UnsafeMutableRawBufferPointer(
                start: cms_received_bytes(receiver, datagram),
                count: Int(cms_received_length(receiver, datagram))
            )
            body(bytes, TransportAddress(cms_received_from(receiver, datagram).pointee))
        }
        return count == Self.batch
    }

    /// Where the next datagram goes, with room for ``slotBytes``.
    func reserve(_ socket: Int32) -> UnsafeMutableRawPointer {
        if queued == Self.batch { flush(socket) }
        return UnsafeMutableRawPointer(arena + queued * Self.slotBytes)
    }

    /// The reserved datagram has so many bytes.
    func commit(_ length: Int, to address: borrowing cms_address) {
        withUnsafePointer(to: address) {
            cms_sender_add(sender, queued * Self.slotBytes, length, 0, $0)
        }
        queued += 1
    }

    /// Sends everything; nothing of one socket may stay for the next one.
    func flush(_ socket: Int32) {
        guard queued > 0 else { return }
        _ = cms_sender_flush(sender, socket)
        queued = 0
    }
}
