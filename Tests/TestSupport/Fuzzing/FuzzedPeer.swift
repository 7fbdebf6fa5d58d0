import RTP
import WebRTC

/// A lite peer, an honest client that wants to connect to it, and a network that the fuzzer is in charge of.
final class FuzzedPeer {
    private static let serverPath = NetworkPath(
        socket: 0,
        remote: TransportAddress(ipv4: 0x0A00_0002, port: 40_000)
    )
    private static let clientPath = NetworkPath(
        socket: 0,
        remote: TransportAddress(ipv4: 0x0A00_0001, port: 8189)
    )
    /// Datagrams on their way, the oldest of which are lost.
    private static let capacity = 16

    /// Made once: certificates are slow to make, and are nothing that anybody outside decides.
    private static let contexts: [DTLSContext] = (0..<2)
        .map { _ in
            do { return try DTLSContext(certificate: .generate()) } catch {
                preconditionFailure("OpenSSL makes certificates: \(error)")
            }
        }

    private static func credentials(_ ufrag: String) -> ICECredentials {
        guard let credentials = ICECredentials(ufrag: ufrag, password: "0123456789abcdefghijkl") else {
            preconditionFailure("these are credentials")
        }
        return credentials
    }

    private let server: Peer
    private let client: Peer
    private var toServer: [[UInt8]] = []
    private var toClient: [[UInt8]] = []
    private var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private var sequence: UInt16 = 0
    private var received = 0

    init() {
        let (server, client) = (Self.credentials("serv"), Self.credentials("clnt"))
        self.server = Peer(
            configuration: .init(
                localCredentials: server,
                remoteCredentials: client,
                dtlsContext: Self.contexts[0],
                dtlsRole: .server,
                remoteFingerprint: Self.contexts[1].fingerprint
            ),
            at: now
        )
        self.client = Peer(
            configuration: .init(
                iceRole: .controlling,
                localCredentials: client,
                remoteCredentials: server,
                remoteAddresses: [Self.clientPath],
                dtlsContext: Self.contexts[1],
                dtlsRole: .client,
                remoteFingerprint: Self.contexts[0].fingerprint,
                tieBreaker: 1,
                transactionSeed: 2
            ),
            at: now
        )
    }

    func run(_ bytes: [UInt8]) throws(FuzzFinding) {
        var input = FuzzInput(bytes)
        // A handshake takes about twenty steps.
        for _ in 0..<200 where !input.isAtEnd {
            try step(&input)
            try drain()
        }
        server.close()
        try drain()
        try FuzzBody.expect(server.nextDeadline == nil, "a peer that is over waits for nothing")
    }

    private func step(_ input: inout FuzzInput) throws(FuzzFinding) {
        let step = input.byte()
        switch step & 15 {
        case 0: give(input.take(Int(input.uint16() & 0x7FF)), to: server, from: Self.serverPath)
        case 1: give(input.take(Int(input.byte())), to: server, from: elsewhere(input.byte()))
        case 2: give(input.take(Int(input.byte())), to: client, from: Self.clientPath)
        case 3: give(changed(toServer.first, &input), to: server, from: Self.serverPath)
        case 4: give(changed(toClient.first, &input), to: client, from: Self.clientPath)
        case 5: give(toServer.last, to: server, from: elsewhere(input.byte()))
        case 6: if !toServer.isEmpty { toServer.removeFirst() }
        case 7: if !toClient.isEmpty { toClient.removeFirst() }
        case 8: advance(.milliseconds(Int64(input.byte()) * 8))
        case 9: server.restartICE(local: Self.credentials("next"), remote: nil, at: now)
        case 10: server.forget(step & 16 == 0 ? Self.serverPath : elsewhere(input.byte()), at: now)
        case 11: if let report = client.protectRTCP(input.take(Int(input.byte()))) { toServer.append(report) }
        case 12: sendPacket(input.take(Int(input.byte())))
        case 13: if step & 0xF0 == 0xF0 { client.close() }
        default:
            // What an honest network does.
            advance(.milliseconds(20))
            if !toServer.isEmpty { give(toServer.removeFirst(), to: server, from: Self.serverPath) }
            if !toClient.isEmpty { give(toClient.removeFirst(), to: client, from: Self.clientPath) }
        }
    }

    private func elsewhere(_ byte: UInt8) -> NetworkPath {
        NetworkPath(
            socket: Int32(byte >> 6),
            remote: TransportAddress(ipv4: 0x0A00_0100 + UInt32(byte & 31), port: 9)
        )
    }

    private func changed(_ datagram: [UInt8]?, _ input: inout FuzzInput) -> [UInt8]? {
        let (position, mask) = (Int(input.uint16()), input.byte())
        guard var datagram, !datagram.isEmpty else { return nil }
        if mask == 0 { return Array(datagram.prefix(position % datagram.count)) }
        datagram[position % datagram.count] ^= mask
        return datagram
    }

    private func sendPacket(_ payload: [UInt8]) {
        guard let srtp = client.srtp else { return }
        sequence &+= 1
        var packet: [UInt8] = []
        RTPHeader.write(
            marker: true,
            payloadType: 96,
            sequenceNumber: sequence,
            timestamp: 0,
            ssrc: 5,
            to: &packet
        )
        let headerLength = packet.count
        packet += [UInt8](repeating: 0, count: payload.count + srtp.overhead)
        let length = packet.withUnsafeMutableBytes { out in
            payload.withUnsafeBytes { payload in
                guard let base = out.baseAddress else { return 0 }
                return srtp.protect(
                    header: base,
                    headerLength: headerLength,
                    payload: payload,
                    packetIndex: UInt64(sequence),
                    ssrc: 5
                )
            }
        }
        toServer.append(Array(packet.prefix(length)))
    }

    private func give(_ datagram: [UInt8]?, to peer: Peer, from path: NetworkPath) {
        guard var datagram else { return }
        datagram.withUnsafeMutableBytes { _ = peer.receive($0, from: path, at: now) }
        if peer === server { received += datagram.count }
    }

    private func advance(_ duration: Duration) {
        now = now + duration
        server.advance(to: now)
        client.advance(to: now)
    }

    private func drain() throws(FuzzFinding) {
        while let output = server.nextOutput() {
            guard case .datagram(let bytes, let path) = output else { continue }
            try FuzzBody.expect(bytes.count <= 1_252, "what a peer sends fits the least datagram of IPv6")
            if !server.isValidated(path), bytes.count > received {
                throw FuzzFinding("an address that is not validated is sent no more than it sent")
            }
            if path == Self.serverPath { toClient.append(bytes) }
        }
        while let output = client.nextOutput() {
            if case .datagram(let bytes, _) = output { toServer.append(bytes) }
        }
        toServer = toServer.suffix(Self.capacity)
        toClient = toClient.suffix(Self.capacity)
    }
}
