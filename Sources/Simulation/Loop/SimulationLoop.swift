import CMediaSockets
import Foundation
import RTP
import WebRTC

/// All peers of a simulation on one thread: receives, lets time pass, sends.
///
/// 1. ``SimulationThread`` waits until a socket is readable or something is due, and calls ``turn(_:)``.
/// 2. Datagrams go to their peer, which decrypts them: RTP to ``StreamViewer``, RTCP to ``ClipPublisher`` or back.
/// 3. Who is due advances: ICE, DTLS, frames of the clip, reports.
/// 4. What they want to send is protected into one arena and handed to the kernel, many at a time.
///
/// Each peer has a socket of its own: a server tells peers apart by their address.
actor SimulationLoop {
    /// The kernel's buffers of each socket: a key frame of 8 Mbit/s and what comes with it.
    private static let socketBytes: Int32 = 1 << 20

    nonisolated let thread: SimulationThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    /// What all peers show.
    nonisolated let context: DTLSContext

    private var peers: [UInt64: LoopPeer] = [:]
    private var nextID: UInt64 = 1
    private var generator = SystemRandomNumberGenerator()
    private let batches = DatagramBatches()
    private var plaintext: [UInt8] = []

    init() throws(SimulationError) {
        do {
            context = try DTLSContext(certificate: .generate())
        } catch {
            throw .noCertificate
        }
        thread = try SimulationThread()
        plaintext.reserveCapacity(DatagramBatches.slotBytes)
        thread.start(self)
    }

    // MARK: Control

    /// Adds a peer, which begins to connect; what happens to it is in the stream.
    func connect(
        _ configuration: Peer.Configuration,
        part: PeerPart,
        cname: String
    ) throws(SimulationError) -> (id: UInt64, notices: AsyncStream<PeerNotice>) {
        let isIPv6 = configuration.remoteAddresses.first?.remote.isIPv6 ?? false
        var wildcard = cms_address_make([UInt8](repeating: 0, count: 16), isIPv6 ? 1 : 0, 0)
        let socket = cms_udp_open(&wildcard, Self.socketBytes, Self.socketBytes)
        guard socket >= 0 else { throw .system(operation: "open a socket", code: -socket) }
        let (notices, continuation) = AsyncStream.makeStream(
            of: PeerNotice.self,
            bufferingPolicy: .bufferingOldest(16)
        )
        let now = Self.now
        let entry = LoopPeer(
            socket: socket,
            peer: Peer(configuration: configuration, at: now),
            part: part,
            cname: cname,
            notices: continuation
        )
        let id = nextID
        nextID += 1
        _ = cms_poll_add(thread.poll, socket, id, 0)
        peers[id] = entry
        serve(id, entry, at: now)
        return (id, notices)
    }

    /// Says goodbye to the other end and forgets the peer, if it is still there.
    func close(_ id: UInt64) {
        guard let entry = peers[id] else { return }
        entry.peer.close()
        drain(entry, at: Self.now)
        batches.flush(entry.socket)
        end(id, entry, .closed)
    }

    /// What a peer has done so far.
    func figures(of id: UInt64) -> PeerFigures? {
        guard let entry = peers[id] else { return nil }
        return PeerFigures(entry, at: Self.now)
    }

    /// Lets a peer take nothing new from its clip, so that no frame follows that is not among these; what waits still leaves.
    func finish(_ id: UInt64) -> PeerFigures? {
        peers[id]?.publisher?.finish()
        return figures(of: id)
    }

    // MARK: A turn

    /// The time by which the loop runs.
    static var now: MonotonicTime { MonotonicTime(nanoseconds: cms_now()) }

    /// How long nothing is due; negative for ever.
    func nanosecondsToWait() -> Int64 {
        guard let deadline = peers.values.lazy.map(\.deadline).min() else { return -1 }
        return max(0, deadline.nanoseconds(since: Self.now))
    }

    /// Serves those whose sockets are readable, then those for whom something is due.
    func turn(_ ready: ArraySlice<cms_ready>) {
        for event in ready where event.token != SimulationThread.wakeToken {
            guard let entry = peers[event.token] else { continue }
            receive(entry)
            serve(event.token, entry, at: Self.now)
        }
        let now = Self.now
        for (id, entry) in peers where entry.deadline <= now { serve(id, entry, at: now) }
    }

    private func receive(_ entry: LoopPeer) {
        var isMore = true
        while isMore {
            let now = Self.now
            isMore = batches.receive(entry.socket) { bytes, address in
                receive(bytes, from: NetworkPath(socket: 0, remote: address), entry, at: now)
            }
        }
    }

    private func receive(
        _ datagram: UnsafeMutableRawBufferPointer,
        from path: NetworkPath,
        _ entry: LoopPeer,
        at now: MonotonicTime
    ) {
        switch entry.peer.receive(datagram, from: path, at: now) {
        case .dropped: break
        // The end of the handshake and the first packets may come in one batch.
        case .handled: drain(entry, at: now)
        case .rtp(let header):
            let bytes = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram))
            entry.viewer?.receive(header, in: bytes, at: now)
        case .rtcp(let range):
            let bytes = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram)).extracting(range)
            receive(compound: bytes, entry, at: now)
        }
    }

    private func receive(compound: Span<UInt8>, _ entry: LoopPeer, at now: MonotonicTime) {
        var reader = RTCPReader()
        while true {
            do {
                guard let packet = try reader.next(in: compound) else { return }
                entry.publisher?.receive(packet, at: now)
                entry.viewer?.receive(packet, at: now)
            } catch {
                // One malformed packet: the reader goes on behind it, or ends.
                continue
            }
        }
    }

    /// Lets time pass for a peer, and sends what it has to send.
    private func serve(_ id: UInt64, _ entry: LoopPeer, at now: MonotonicTime) {
        if let due = entry.peer.nextDeadline, due <= now { entry.peer.advance(to: now) }
        drain(entry, at: now)
        if entry.connectedAt != nil, entry.ending == nil { sendMedia(entry, at: now) }
        batches.flush(entry.socket)
        if let ending = entry.ending { return end(id, entry, ending) }
        let transport = entry.peer.nextDeadline ?? now + .seconds(1)
        let media = entry.publisher?.nextDeadline ?? entry.viewer?.nextDeadline
        entry.deadline = min(transport, media ?? transport)
    }

    private func end(_ id: UInt64, _ entry: LoopPeer, _ reason: PeerEnd) {
        cms_poll_remove(thread.poll, entry.socket)
        peers[id] = nil
        entry.notices.yield(.ended(reason, PeerFigures(entry, at: Self.now)))
        entry.notices.finish()
    }

    /// Queues the transport's own datagrams, and notes what has happened.
    private func drain(_ entry: LoopPeer, at now: MonotonicTime) {
        while let output = entry.peer.nextOutput() {
            switch output {
            case .datagram(let bytes, let path): queue(bytes, to: path, entry)
            case .event(.connected):
                entry.start(seed: generator.next(), at: now)
                entry.notices.yield(.connected)
            case .event(.failed(let failure)): entry.ending = .failed(failure)
            case .event(.closed): entry.ending = .closedByServer
            case .event: break
            }
        }
    }

    // MARK: Sending

    private func sendMedia(_ entry: LoopPeer, at now: MonotonicTime) {
        guard let path = entry.peer.selectedPath else { return }
        let wall = NTPTime(sinceUnixEpoch: .seconds(Date().timeIntervalSince1970))
        let compounds =
            entry.publisher?.reports(at: now, wall: wall) ?? entry.viewer?.reports(at: now) ?? []
        for compound in compounds {
            if let protected = entry.peer.protectRTCP(compound) { queue(protected, to: path, entry) }
        }
        guard entry.publisher != nil, let srtp = entry.peer.srtp else { return }
        entry.publisher?.advance(to: now)
        while true {
            plaintext.removeAll(keepingCapacity: true)
            guard let tag = entry.publisher?.nextPacket(at: now, into: &plaintext) else { return }
            let out = batches.reserve(entry.socket)
            let length = plaintext.withUnsafeBytes { packet in
                guard let base = packet.baseAddress else { return 0 }
                out.copyMemory(from: base, byteCount: tag.headerLength)
                return srtp.protect(
                    header: out,
                    headerLength: tag.headerLength,
                    payload: UnsafeRawBufferPointer(rebasing: packet[tag.headerLength...]),
                    packetIndex: tag.packetIndex,
                    ssrc: tag.ssrc
                )
            }
            batches.commit(length, to: entry.address(of: path))
        }
    }

    private func queue(_ bytes: [UInt8], to path: NetworkPath, _ entry: LoopPeer) {
        guard bytes.count <= DatagramBatches.slotBytes else { return }
        let out = batches.reserve(entry.socket)
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { out.copyMemory(from: base, byteCount: source.count) }
        }
        batches.commit(bytes.count, to: entry.address(of: path))
    }
}
