import Glibc
import PortholeCore
import RTP
import TestSupport
import Testing
import WebRTC

/// A WHIP or WHEP client in a test's own thread: a controlling peer on a socket of its own.
final class TestClient {
    /// A video packet: its header, and the number in its frame.
    struct Reception {
        let header: RTPHeader
        let content: UInt32
    }

    let grant: MediaGrant
    let offer: SDPOffer
    private(set) var resource = MediaResourceID("")
    private(set) var socket: TestSocket?
    private(set) var peer: Peer?
    private(set) var tracks: [NegotiatedTrack] = []
    private(set) var events: [PeerEvent] = []
    /// The video packets that came.
    private(set) var received: [Reception] = []
    private let credentials: ICECredentials
    private let context: DTLSContext
    private let path = NetworkPath(socket: 0, remote: TransportAddress(ipv4: 0x7F00_0001, port: 9))
    private var sent: UInt32 = 0
    private var sentAt = MonotonicTime.zero

    init(_ grant: MediaGrant) throws {
        self.grant = grant
        // ThreadSanitizer does not bear the address of a generator without a state, as the system's is.
        var random = SplitMix64(seed: .random(in: 0 ... .max))
        credentials = ICECredentials.generate(using: &random)
        context = try DTLSContext(certificate: .generate())
        let local = LocalParameters(
            ice: credentials,
            fingerprint: context.fingerprint,
            candidates: [],
            isICELite: false,
            sessionID: UInt64.random(in: 1..<(1 << 62)),
            cname: "client",
            streamID: "client",
            audio: StreamSources(primary: UInt32.random(in: 1...(.max))),
            video: StreamSources(primary: UInt32.random(in: 1...(.max)), rtx: UInt32.random(in: 1...(.max)))
        )
        offer =
            grant.role == .publisher
            ? .whip(local: local, codecs: [.vp8]) : .whep(local: local, codecs: [.vp8])
    }

    var isConnected: Bool { peer?.isConnected == true }
    /// Whether the server has said goodbye.
    var isClosed: Bool { events.contains(.closed) }

    /// Takes the server's answer, and begins to connect.
    func begin(_ answer: PortholeCore.MediaDescription, over transport: TestSocket.Transport) throws {
        resource = answer.resource
        let remote = try RemotePeerDescription(parsing: answer.sdp)
        let outcome = try offer.accept(remote)
        tracks = outcome.tracks
        socket = try TestSocket(transport, to: Self.port(transport, of: remote.candidates))
        peer = Peer(
            configuration: .init(
                iceRole: .controlling,
                localCredentials: credentials,
                remoteCredentials: remote.ice,
                remoteAddresses: [path],
                dtlsContext: context,
                dtlsRole: outcome.dtlsRole,
                remoteFingerprint: remote.fingerprint,
                tieBreaker: UInt64.random(in: 0...(.max)),
                transactionSeed: UInt64.random(in: 0...(.max))
            ),
            at: .current
        )
    }

    static func port(_ transport: TestSocket.Transport, of candidates: [ICECandidate]) throws -> UInt16 {
        let candidate = candidates.first { $0.transport == (transport == .udp ? .udp : .tcp) }
        return try #require(candidate?.address.port)
    }

    /// Moves to another port, as behind a translator that has forgotten the old one.
    func move(to transport: TestSocket.Transport, port: UInt16) throws {
        socket = try TestSocket(transport, to: port)
    }

    /// Says other credentials, and takes the server's (RFC 9725 §4.3.3).
    func restart(_ local: ICECredentials, _ answer: PortholeCore.MediaDescription) throws {
        let fragment = try TrickleFragment(parsing: answer.sdp)
        peer?.restartICE(local: local, remote: fragment.credentials, at: .current)
    }

    /// Says goodbye.
    func close() {
        peer?.close()
        drain()
    }

    /// One turn: reads, does what is due, and as a publisher sends a frame every 10 ms.
    func turn(at now: MonotonicTime) {
        guard let peer, let socket else { return }
        for datagram in socket.read() {
            var datagram = datagram
            let reception = datagram.withUnsafeMutableBytes { peer.receive($0, from: path, at: now) }
            if case .rtp(let header) = reception, header.payload.count == TestFrame.length {
                received.append(
                    Reception(header: header, content: TestFrame.content(of: datagram[header.payload]))
                )
            }
        }
        if let deadline = peer.nextDeadline, deadline <= now { peer.advance(to: now) }
        drain()
        if grant.role == .publisher, now - sentAt >= .milliseconds(10) {
            sentAt = now
            sendFrame()
        }
    }

    private func drain() {
        while let output = peer?.nextOutput() {
            switch output {
            case .datagram(let bytes, _): socket?.write(bytes)
            case .event(let event): events.append(event)
            }
        }
    }

    /// A frame of one packet, whose content is its number behind the upper half of the source.
    private func sendFrame() {
        guard let srtp = peer?.srtp, let track = tracks.first(where: { $0.kind == .video }),
            let ssrc = track.localSources?.primary, let codec = track.codecs.first
        else { return }
        sent += 1
        var packet: [UInt8] = []
        RTPHeader.write(
            marker: true,
            payloadType: codec.payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: sent),
            timestamp: sent &* 900,
            ssrc: ssrc,
            to: &packet
        )
        let headerLength = packet.count
        let frame = TestFrame.bytes(content: ssrc & 0xFFFF_0000 | sent & 0xFFFF)
        packet += [UInt8](repeating: 0, count: frame.count + srtp.overhead)
        let length = packet.withUnsafeMutableBytes { out in
            frame.withUnsafeBytes { payload in
                guard let base = out.baseAddress else { return 0 }
                return srtp.protect(
                    header: base,
                    headerLength: headerLength,
                    payload: payload,
                    packetIndex: UInt64(sent),
                    ssrc: ssrc
                )
            }
        }
        socket?.write(Array(packet.prefix(length)))
    }

    /// What tells frames of this publisher from those of others.
    var mark: UInt32 { (tracks.first { $0.kind == .video }?.localSources?.primary ?? 0) & 0xFFFF_0000 }

    /// Frames of a publisher that came.
    func frames(of publisher: TestClient) -> [UInt32] {
        received.map(\.content).filter { $0 & 0xFFFF_0000 == publisher.mark }
    }
}

/// A key frame of VP8 in one packet (RFC 7741 §4.2, RFC 6386 §9.1), with a number in it.
enum TestFrame {
    private static let head: [UInt8] = [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0]
    static let length = 600

    static func bytes(content: UInt32) -> [UInt8] {
        let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: content >> $0) }
        let rest = (0..<(length - head.count - 4)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(content)) }
        return head + number + rest
    }

    /// The number, if all the other bytes are as they were; else 0.
    static func content(of payload: ArraySlice<UInt8>) -> UInt32 {
        let content = payload.dropFirst(head.count).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Array(payload) == bytes(content: content) ? content : 0
    }
}

extension MonotonicTime {
    /// Now.
    static var current: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }
}
