import CMediaSockets
import Glibc
import RTP
import WebRTC

/// One TCP connection of a peer (RFC 6544), datagrams framed by their length (RFC 4571 §2).
///
/// Bounds: a datagram of ``DatagramFraming/longestDatagram`` bytes, 256 KiB of unsent ones.
final class StreamConnection {
    static let mostUnsent = 256 * 1024

    let id: Int32
    let descriptor: Int32
    let remote: TransportAddress
    /// Until when it has to show an authenticated check; `nil` once it has.
    var deadline: MonotonicTime?
    /// Whether the poll tells when it may be written to.
    var wantsWrite = false
    /// The peer that it belongs to.
    var slot: Int?
    private(set) var isBroken = false
    private var inbound: DatagramFraming
    private var isReleased = false
    private var outbound: [UInt8] = []
    private var sent = 0

    init(
        id: Int32,
        descriptor: Int32,
        remote: TransportAddress,
        deadline: MonotonicTime,
        inbound: [UInt8] = []
    ) {
        self.inbound = DatagramFraming(inbound)
        self.id = id
        self.descriptor = descriptor
        self.remote = remote
        self.deadline = deadline
    }

    deinit { if !isReleased { cms_close(descriptor) } }

    var path: NetworkPath { NetworkPath(socket: id, remote: remote) }

    /// Whether there is something that the kernel would not take yet.
    var hasUnsent: Bool { sent < outbound.count }

    /// Gives up the connection to another loop, with what has been read and not taken.
    func release(at now: MonotonicTime) -> LoopDirectory.Handover {
        isReleased = true
        return .init(
            descriptor: descriptor,
            remote: remote,
            inbound: Array(inbound.rest),
            deadline: deadline ?? now
        )
    }

    /// Reads what has come, and hands over each whole datagram, until `body` says that it will take no more.
    func read(_ body: (UnsafeMutableRawBufferPointer) -> Bool) {
        guard takeDatagrams(body) else { return }
        var chunk = [UInt8](repeating: 0, count: 16_384)
        for _ in 0..<16 {
            let count = cms_tcp_read(descriptor, &chunk, chunk.count)
            if count == -Int(EAGAIN) { break }
            guard count > 0 else {
                isBroken = true
                break
            }
            inbound.append(chunk.prefix(count))
            guard takeDatagrams(body) else { break }
            if isBroken || count < chunk.count { break }
        }
    }

    /// - Returns: `false` if `body` took no more: what is left stays.
    private func takeDatagrams(_ body: (UnsafeMutableRawBufferPointer) -> Bool) -> Bool {
        while let datagram = inbound.nextDatagram() {
            let goesOn = inbound.bytes.withUnsafeMutableBytes { bytes in
                body(UnsafeMutableRawBufferPointer(rebasing: bytes[datagram]))
            }
            guard goesOn else { return false }
            inbound.takeDatagram()
        }
        if inbound.isBroken { isBroken = true }
        return true
    }

    /// Puts a datagram into the queue.
    ///
    /// - Returns: `false` if there is no room for it.
    func write(_ datagram: UnsafeRawBufferPointer) -> Bool {
        guard outbound.count - sent + datagram.count + 2 <= Self.mostUnsent else { return false }
        outbound.append(UInt8(truncatingIfNeeded: datagram.count >> 8))
        outbound.append(UInt8(truncatingIfNeeded: datagram.count))
        outbound.append(contentsOf: datagram)
        return true
    }

    /// Hands to the kernel what it takes.
    func flush() {
        while sent < outbound.count, !isBroken {
            let count = outbound.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { cms_tcp_write(descriptor, $0 + sent, bytes.count - sent) } ?? 0
            }
            if count == -Int(EAGAIN) { break }
            guard count > 0 else {
                isBroken = true
                break
            }
            sent += count
        }
        if sent == outbound.count {
            outbound.removeAll(keepingCapacity: true)
            sent = 0
        } else if sent > 64 * 1024 {
            outbound.removeFirst(sent)
            sent = 0
        }
    }
}
