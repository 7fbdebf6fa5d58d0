import CMediaSockets
import Foundation
import Logging
import PortholeCore
import RTP
import SFU
import WebRTC

/// One thread of the media plane: sockets, peers, and the rooms that live on it.
///
/// The path of a packet, top to bottom:
///
/// 1. ``turn(_:)`` is called by ``LoopThread`` when something has arrived or is due.
/// 2. `receiveDatagrams` reads batches (recvmmsg) and finds each datagram's peer by its path; a stranger is found by the
///    STUN user name (`MediaLoop+Receiving.swift`).
/// 3. `WebRTC.Peer.receive` tells STUN, DTLS and SRTP apart (RFC 7983 §7), authenticates and decrypts in place.
/// 4. `SFU.Room.receive` keeps the packet in its track's ring. All of a batch is kept before anything is sent.
/// 5. `forward` asks the room for each viewer's packets: `SFU` writes the header, `SRTPSender` encrypts the payload from
///    the ring behind it, into one message for each viewer (`MediaLoop+Forwarding.swift`).
/// 6. `DatagramSender` hands the messages to the kernel, neighbours of equal length as one segmented datagram.
///
/// On this path there is no lock, no `await`, and no allocation per viewer. What is decided elsewhere comes in as calls
/// of this actor, which run between two turns on the same thread (`MediaLoop+Negotiation.swift`).
actor MediaLoop {
    /// Datagrams that are read at once.
    static let batch: Int32 = 64
    /// How long the rest of a frame is waited for.
    static let frameHold = Duration.milliseconds(1)
    /// TCP connections that have shown no authenticated check yet, from one address.
    static let mostUnauthenticatedConnections = 64
    /// How long such a connection may take.
    static let authenticationTime = Duration.seconds(5)
    /// Peers of a loop, connected or on their way, beside what viewers' limits allow.
    static let mostPeers = 8192

    nonisolated let thread: LoopThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let configuration: MediaPlaneConfiguration
    let sockets: MediaSockets
    let senders: [DatagramSender]
    /// This loop among the others.
    let index: Int
    let directory: LoopDirectory
    let context: DTLSContext
    let codecs: [Codec]
    let logger: Logger
    let broadcaster: MediaEventBroadcaster
    var random = SystemRandomNumberGenerator()

    var peers: [MediaPeer?] = []
    /// By the same numbers, of those that are connected.
    var routes: [PeerRoute?] = []
    var freeSlots: [Int] = []
    var slotsByPath: [NetworkPath: Int] = [:]
    var slotsByUfrag: [String: Int] = [:]
    var slotsByResource: [MediaResourceID: Int] = [:]
    var rooms: [MediaRoomID: MediaRoom] = [:]
    var dirtyRooms: [MediaRoom] = []
    var connections: [Int32: StreamConnection] = [:]
    var nextConnection: Int32 = 1000
    /// What is recorded, whether somebody is in the room or not.
    var taps: [MediaRoomID: RecordingTap] = [:]
    /// Recordings that have ended; an order for one of them comes too late.
    var endedRecordings: [RecordingID] = []
    let recorder: RecordingThread?
    var endedRooms: [MediaRoomID] = []
    var revokedGrants: [String] = []
    var counters = LoopCounters()
    private let buffers = LoopBuffers()
    private var receiver: OpaquePointer? { buffers.receiver }
    var scratch: UnsafeMutableRawPointer { buffers.scratch }
    private var tickedAt = MonotonicTime.zero
    private var maintainedAt = MonotonicTime.zero
    var hasReplays = false
    /// Paths of peers on other loops.
    var foreignPaths: [NetworkPath: Int] = [:]
    /// Loops that something was put aside for in this turn.
    var loopsToWake: Set<Int> = []

    init(
        index: Int,
        of directory: LoopDirectory,
        configuration: MediaPlaneConfiguration,
        sockets: MediaSockets,
        context: DTLSContext,
        broadcaster: MediaEventBroadcaster,
        recorder: RecordingThread?,
        logger: Logger
    ) throws(MediaSocketError) {
        thread = try LoopThread(wake: directory.members[index].wake)
        self.index = index
        self.directory = directory
        senders = sockets.udp.map(DatagramSender.init(socket:))
        self.configuration = configuration
        self.sockets = sockets
        self.context = context
        self.broadcaster = broadcaster
        self.recorder = recorder
        self.logger = logger
        codecs = configuration.codecs.compactMap { Codec(encodingName: $0) }.filter(\.isVideo)
        // One loop reads the sockets and hands on what belongs to others.
        guard index == 0 else { return }
        for (index, socket) in sockets.udp.enumerated() {
            _ = cms_poll_add(thread.poll, socket, 1 + UInt64(index), 0)
        }
        for (index, listener) in sockets.listeners.enumerated() {
            _ = cms_poll_add(thread.poll, listener, 500 + UInt64(index), 0)
        }
    }

    var now: MonotonicTime { MonotonicTime(nanoseconds: cms_now()) }

    // MARK: Turns

    /// How long there is nothing to do, unless something arrives; negative for ever.
    func nanosecondsToWait() -> Int64 {
        guard !slotsByResource.isEmpty || !connections.isEmpty else { return -1 }
        var deadline = maintainedAt + .milliseconds(50)
        if !rooms.isEmpty { deadline = min(deadline, tickedAt + tick) }
        for room in dirtyRooms { if let hold = room.holdUntil { deadline = min(deadline, hold) } }
        return max(0, deadline.nanoseconds(since: now))
    }

    private var tick: Duration { hasReplays ? .milliseconds(1) : .milliseconds(10) }

    /// One turn: takes in what has arrived, forwards it, does what is due, and sends.
    func turn(_ ready: ArraySlice<cms_ready>) {
        for one in ready {
            switch one.token {
            case LoopThread.wakeToken: takeHandedOver()
            case 1..<500: receiveDatagrams(Int(one.token) - 1)
            case 500..<1000: accept(Int(one.token) - 500)
            default: serve(Int32(truncatingIfNeeded: one.token), events: one.events)
            }
        }
        let now = now
        forwardDirtyRooms(at: now)
        if now - tickedAt >= tick {
            tickedAt = now
            advanceRooms(at: now)
        }
        if now - maintainedAt >= .milliseconds(50) {
            maintainedAt = now
            maintainPeers(at: now)
        }
        wakeOthers()
        for sender in senders { sender.flush() }
        flushConnections()
    }

    /// Reads what a socket has, at most so much that the rest of the loop gets its turn.
    private func receiveDatagrams(_ index: Int) {
        let descriptor = sockets.udp[index]
        for _ in 0..<8 {
            let count = cms_receive(receiver, descriptor)
            guard count > 0 else { return }
            let now = now
            counters.datagramsReceived &+= UInt64(count)
            for datagram in 0..<count {
                guard let from = cms_received_from(receiver, datagram) else { continue }
                receive(
                    UnsafeMutableRawBufferPointer(
                        start: cms_received_bytes(receiver, datagram),
                        count: Int(cms_received_length(receiver, datagram))
                    ),
                    from: NetworkPath(socket: Int32(index), remote: TransportAddress(from.pointee)),
                    at: now
                )
            }
            if count < Self.batch { return }
        }
    }
}

/// Memory of a loop outside of Swift's own.
private final class LoopBuffers {
    let receiver = cms_receiver_new(MediaLoop.batch, 2048)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: 8192, alignment: 64)

    deinit {
        cms_receiver_free(receiver)
        scratch.deallocate()
    }
}
