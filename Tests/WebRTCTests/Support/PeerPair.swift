import Glibc
import RTP
import TestSupport

@testable import WebRTC

/// Two peers and the wire between them, in virtual time.
///
/// OpenSSL's retransmission timer alone runs by the real clock: while a lossy handshake is under way, the wire sleeps
/// as long as virtual time passes.
final class PeerPair {
    enum Side: Int, CaseIterable {
        case server
        case client

        var other: Side { self == .server ? .client : .server }
    }

    struct Options {
        var serverDTLSRole = DTLSRole.server
        var loss = 0.0
        var delay = Duration.milliseconds(10)
        var seed: UInt64 = 1
        var serverProfiles = SRTPProfile.allCases
        var clientProfiles = SRTPProfile.allCases
        var wrongFingerprintOf: Side?
    }

    /// A datagram on its way.
    struct Flight {
        let at: MonotonicTime
        let to: Side
        let from: NetworkPath
        let bytes: [UInt8]
    }

    static let serverPath = NetworkPath(socket: 0, remote: TransportAddress(ipv4: 0x0A00_0002, port: 40_000))
    static let clientPath = NetworkPath(socket: 0, remote: TransportAddress(ipv4: 0x0A00_0001, port: 8189))

    let server: Peer
    let client: Peer
    let serverCredentials: ICECredentials
    let clientCredentials: ICECredentials
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    var events: [Side: [PeerEvent]] = [:]
    var receptions: [Side: [Peer.Reception]] = [:]
    var packets: [Side: [[UInt8]]] = [:]
    var sent: [Side: [[UInt8]]] = [:]
    /// May drop or change a datagram.
    var tamper: (Flight) -> Flight? = { $0 }
    private var flights: [Flight] = []
    private var generator: SplitMix64
    private let options: Options

    init(_ options: Options = Options()) throws {
        self.options = options
        generator = SplitMix64(seed: options.seed)
        serverCredentials = ICECredentials.generate(prefix: "0", using: &generator)
        clientCredentials = ICECredentials.generate(using: &generator)
        let certificates = [try DTLSCertificate.generate(), try DTLSCertificate.generate()]
        let stranger = try DTLSCertificate.generate().fingerprint
        server = Peer(
            configuration: Peer.Configuration(
                iceRole: .lite,
                localCredentials: serverCredentials,
                dtlsContext: try DTLSContext(
                    certificate: certificates[0],
                    srtpProfiles: options.serverProfiles
                ),
                dtlsRole: options.serverDTLSRole,
                remoteFingerprint: options.wrongFingerprintOf == .client
                    ? stranger : certificates[1].fingerprint
            ),
            at: now
        )
        client = Peer(
            configuration: Peer.Configuration(
                iceRole: .controlling,
                localCredentials: clientCredentials,
                remoteCredentials: serverCredentials,
                remoteAddresses: [Self.clientPath],
                dtlsContext: try DTLSContext(
                    certificate: certificates[1],
                    srtpProfiles: options.clientProfiles
                ),
                dtlsRole: options.serverDTLSRole.opposite,
                remoteFingerprint: options.wrongFingerprintOf == .server
                    ? stranger : certificates[0].fingerprint,
                tieBreaker: generator.next(),
                transactionSeed: generator.next()
            ),
            at: now
        )
    }

    subscript(side: Side) -> Peer { side == .server ? server : client }

    var isConnected: Bool { server.isConnected && client.isConnected }

    /// Runs until the condition holds or virtual time is up; whether it held.
    @discardableResult
    func run(for limit: Duration, until isDone: () -> Bool = { false }) -> Bool {
        let end = now + limit
        drain()
        while !isDone() {
            let deadlines = Side.allCases.compactMap { self[$0].nextDeadline }
            let next = (deadlines + flights.map(\.at)).min() ?? end
            guard next < end else {
                now = max(now, end)
                return isDone()
            }
            if options.loss > 0, !isConnected, next > now {
                usleep(UInt32(clamping: next.nanoseconds(since: now) / 1000))
            }
            now = max(now, next)
            deliver()
            for side in Side.allCases { self[side].advance(to: now) }
            drain()
        }
        return true
    }

    func connect() -> Bool { run(for: .seconds(29)) { isConnected } }

    /// Puts a datagram on the wire.
    func send(_ bytes: [UInt8], to side: Side, from path: NetworkPath? = nil) {
        let isLost = Double(generator.next() >> 11) / Double(1 << 53) < options.loss
        let origin = path ?? (side == .server ? Self.serverPath : Self.clientPath)
        let flight = Flight(at: now + options.delay, to: side, from: origin, bytes: bytes)
        if !isLost, let flight = tamper(flight) { flights.append(flight) }
    }

    /// Hands a datagram to a peer at once.
    @discardableResult
    func give(_ bytes: [UInt8], to side: Side, from path: NetworkPath? = nil) -> Peer.Reception {
        var bytes = bytes
        let origin = path ?? (side == .server ? Self.serverPath : Self.clientPath)
        let reception = bytes.withUnsafeMutableBytes { self[side].receive($0, from: origin, at: now) }
        receptions[side, default: []].append(reception)
        switch reception {
        case .rtp(let header): packets[side, default: []].append(Array(bytes[header.payload]))
        case .rtcp(let range): packets[side, default: []].append(Array(bytes[range]))
        case .handled, .dropped: break
        }
        return reception
    }

    /// Protects an RTP packet of this side.
    func protect(_ packet: [UInt8], index: UInt64, by side: Side) throws -> [UInt8] {
        guard let sender = self[side].srtp else { return [] }
        return try sender.protect(packet, index: index)
    }

    private func deliver() {
        let due = flights.filter { $0.at <= now }
        flights.removeAll { $0.at <= now }
        for flight in due { give(flight.bytes, to: flight.to, from: flight.from) }
    }

    func drain() {
        for side in Side.allCases {
            while let output = self[side].nextOutput() {
                switch output {
                case .event(let event): events[side, default: []].append(event)
                case .datagram(let bytes, _):
                    sent[side, default: []].append(bytes)
                    send(bytes, to: side.other)
                }
            }
        }
    }
}

extension SRTPSender {
    /// Protects a whole packet, as tests have it.
    func protect(_ packet: [UInt8], index: UInt64) throws -> [UInt8] {
        let header = try RTPHeader(parsing: packet.span)
        var out = Array(packet[..<header.length])
        out.append(contentsOf: [UInt8](repeating: 0, count: packet.count - header.length + overhead))
        let length = out.withUnsafeMutableBytes { out in
            packet[header.length...]
                .withUnsafeBytes { payload in
                    guard let base = out.baseAddress else { return 0 }
                    return protect(
                        header: base,
                        headerLength: header.length,
                        payload: payload,
                        packetIndex: index,
                        ssrc: header.ssrc
                    )
                }
        }
        return Array(out[..<length])
    }
}
