import CMediaSockets
import Glibc

/// Gathers datagrams and hands them to the kernel many at a time: neighbours of equal length to one destination as one
/// segmented message (UDP_SEGMENT).
final class DatagramSender {
    /// Messages of a batch: what they hold is still in the cache when the kernel copies it.
    private static let messages = 64
    /// Bytes of a batch.
    private static let arenaBytes = 1 << 20
    /// The kernel's bounds of one segmented message.
    private static let mostSegments = 64
    private static let mostBytes = 64_000

    /// Datagrams that went out.
    private(set) var datagrams: UInt64 = 0
    /// Messages that they went out in.
    private(set) var sentMessages: UInt64 = 0
    /// Messages that the kernel refused.
    private(set) var refused: UInt64 = 0

    private let batch: OpaquePointer
    private let arena: UnsafeMutablePointer<UInt8>
    private let socket: Int32
    private var count = 0
    private var used = 0
    /// Where the message goes that is being put together.
    private var destination = cms_address()
    // The message that is being put together.
    private var start = 0
    private var segment = 0
    private var segments = 0

    init(socket: Int32) {
        self.socket = socket
        batch = cms_sender_new(Int32(Self.messages), Self.arenaBytes)
        arena = cms_sender_arena(batch)
    }

    deinit { cms_sender_free(batch) }

    /// What follows goes to this destination.
    @inline(__always)
    func begin(_ destination: cms_address) {
        self.destination = destination
    }

    /// Where to write the next datagram, of at most `capacity` bytes.
    @inline(__always)
    func reserve(_ capacity: Int) -> UnsafeMutableRawPointer {
        if used + capacity > Self.arenaBytes || count >= Self.messages - 1 {
            finish()
            flush()
        }
        return UnsafeMutableRawPointer(arena + used)
    }

    /// The reserved datagram has so many bytes.
    @inline(__always)
    func commit(_ length: Int) {
        datagrams += 1
        if segments > 0 {
            let fits = segments < Self.mostSegments && used + length - start <= Self.mostBytes
            if length <= segment, fits {
                used += length
                segments += 1
                // Only the last one may be shorter.
                if length < segment { finish() }
                return
            }
            finish()
        }
        start = used
        segment = length
        segments = 1
        used += length
    }

    /// Nothing more follows for this destination for now.
    @inline(__always)
    func finish() {
        guard segments > 0 else { return }
        withUnsafePointer(to: &destination) {
            cms_sender_add(
                batch,
                start,
                used - start,
                segments > 1 ? UInt16(truncatingIfNeeded: segment) : 0,
                $0
            )
        }
        count += 1
        segments = 0
    }

    /// Puts in a datagram by itself.
    func send(_ bytes: [UInt8], to destination: cms_address) {
        begin(destination)
        let out = reserve(bytes.count)
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { out.copyMemory(from: base, byteCount: source.count) }
        }
        commit(bytes.count)
        finish()
    }

    /// Sends everything.
    func flush() {
        guard count > 0 else { return }
        sentMessages += UInt64(count)
        refused += UInt64(cms_sender_flush(batch, socket))
        count = 0
        used = 0
    }
}
