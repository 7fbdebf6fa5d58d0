import TestSupport
import Testing

@testable import WebRTC

@Suite("DTLS sessions (RFC 6347, RFC 5764)")
struct DTLSSessionTests {
    /// Two ends that hand their datagrams to each other.
    private final class Ends {
        let client: DTLSSession
        let server: DTLSSession
        var order: ([[UInt8]]) -> [[UInt8]] = { $0 }

        init(clientDatagramLength: Int = 1200) throws {
            let certificate = try DTLSCertificate.generate()
            let context = try DTLSContext(certificate: certificate)
            client = try #require(
                DTLSSession(context: context, role: .client, maximumDatagramLength: clientDatagramLength)
            )
            server = try #require(DTLSSession(context: context, role: .server))
        }

        /// Runs until neither has anything to say; the longest datagram of each.
        @discardableResult
        func run() -> (client: Int, server: Int) {
            client.start()
            var longest = (client: 0, server: 0)
            while true {
                let toServer = order(client.takeDatagrams())
                for datagram in toServer { datagram.withUnsafeBytes { server.receive($0) } }
                let toClient = order(server.takeDatagrams())
                for datagram in toClient { datagram.withUnsafeBytes { client.receive($0) } }
                longest.client = max(longest.client, toServer.map(\.count).max() ?? 0)
                longest.server = max(longest.server, toClient.map(\.count).max() ?? 0)
                if toServer.isEmpty, toClient.isEmpty { return longest }
            }
        }
    }

    @Test func `both ends export the same keys, crossed`() throws {
        let ends = try Ends()
        ends.run()
        #expect(ends.client.progress == .connected)
        #expect(ends.server.progress == .connected)
        let profile = try #require(ends.client.srtpProfile)
        #expect(ends.server.srtpProfile == profile)
        let (ofClient, ofServer) = (ends.client.exportKeys(profile), ends.server.exportKeys(profile))
        #expect(ofClient?.outbound == ofServer?.inbound)
        #expect(ofClient?.inbound == ofServer?.outbound)
        #expect(ofClient?.inbound != ofClient?.outbound)
    }

    @Test func `certificates in many fragments are put together`() throws {
        let ends = try Ends(clientDatagramLength: 256)
        let longest = ends.run()
        #expect(ends.server.progress == .connected)
        #expect(ends.client.progress == .connected)
        #expect(longest.client <= 256)
        #expect(longest.server <= 1200)
    }

    @Test(arguments: [false, true])
    func `a hello in two datagrams, as browsers send with large keys, is put together in any order`(
        isReversed: Bool
    ) throws {
        let ends = try Ends()
        ends.client.start()
        let hello = try #require(ends.client.takeDatagrams().first)
        // Record header of 13 bytes, handshake header of 12: type, length, number, fragment's offset and length.
        let body = Array(hello[25...])
        let cut = body.count / 2
        // The second record's number must not be one that the client will use.
        let fragments = [(0, body[..<cut]), (cut, body[cut...])]
            .enumerated()
            .map { number, fragment in
                let (offset, bytes) = fragment
                let length = bytes.count + 12
                return Array(hello[..<5]) + [
                    0, 0, 0, 0, 0, UInt8(number * 50), UInt8(length >> 8), UInt8(length & 255),
                ]
                    + Array(hello[13..<19])
                    + [0, UInt8(offset >> 8), UInt8(offset & 255)]
                    + [0, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
            }
        for fragment in isReversed ? fragments.reversed() : fragments {
            #expect(ends.server.takeDatagrams().isEmpty)
            fragment.withUnsafeBytes { ends.server.receive($0) }
        }
        for datagram in ends.server.takeDatagrams() { datagram.withUnsafeBytes { ends.client.receive($0) } }
        ends.run()
        #expect(ends.server.progress == .connected)
        #expect(ends.client.progress == .connected)
    }

    @Test func `each hash of a certificate that we know is checked`() throws {
        let certificate = try DTLSCertificate.generate()
        let context = try DTLSContext(certificate: certificate)
        let client = try #require(DTLSSession(context: context, role: .client))
        let server = try #require(DTLSSession(context: context, role: .server))
        for algorithm in Fingerprint.Algorithm.allCases {
            let fingerprint = try #require(Fingerprint(of: certificate.certificate, algorithm: algorithm))
            #expect(!client.peerHas(fingerprint))
        }
        client.start()
        for _ in 0..<4 {
            for datagram in client.takeDatagrams() { datagram.withUnsafeBytes { server.receive($0) } }
            for datagram in server.takeDatagrams() { datagram.withUnsafeBytes { client.receive($0) } }
        }
        for algorithm in Fingerprint.Algorithm.allCases {
            let fingerprint = try #require(Fingerprint(of: certificate.certificate, algorithm: algorithm))
            #expect(client.peerHas(fingerprint))
            #expect(server.peerHas(fingerprint))
            var bytes = fingerprint.bytes
            bytes[algorithm.byteCount - 1] ^= 1
            #expect(!client.peerHas(try #require(Fingerprint(algorithm: algorithm, bytes: bytes))))
        }
    }

    @Test func `certificates differ and name nobody`() throws {
        let (one, other) = (try DTLSCertificate.generate(), try DTLSCertificate.generate())
        #expect(one.fingerprint != other.fingerprint)
        #expect(one.fingerprint.algorithm == .sha256)
        #expect(one.certificate != other.certificate)
        #expect(one.certificate.count < 400)
    }

    @Test func `a goodbye is understood, and nothing is retransmitted after the handshake`() throws {
        let ends = try Ends()
        ends.run()
        #expect(ends.client.timeLeft == nil)
        #expect(ends.server.timeLeft == nil)
        ends.client.close()
        ends.run()
        #expect(ends.server.progress == .closed)
    }

    @Test func `an unanswered hello is to be sent again after 100 ms of real time`() throws {
        let ends = try Ends()
        ends.client.start()
        #expect(!ends.client.takeDatagrams().isEmpty)
        let left = try #require(ends.client.timeLeft)
        #expect(left <= .milliseconds(100))
        // Too early: nothing is sent.
        ends.client.retransmit()
        if left > .milliseconds(50) { #expect(ends.client.takeDatagrams().isEmpty) }
        #expect(ends.client.progress == .handshaking)
    }

    @Test func `noise in a handshake is ignored`() throws {
        let ends = try Ends()
        var generator = SplitMix64(seed: 4)
        ends.order = { datagrams in
            datagrams.flatMap { datagram in
                let noise = (0..<generator.next() % 100)
                    .map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                return [[22] + noise, [23] + noise, [20, 0xFE, 0xFD], datagram]
            }
        }
        ends.client.start()
        for _ in 0..<10 {
            for datagram in ends.order(ends.client.takeDatagrams()) {
                datagram.withUnsafeBytes { ends.server.receive($0) }
            }
            for datagram in ends.order(ends.server.takeDatagrams()) {
                datagram.withUnsafeBytes { ends.client.receive($0) }
            }
        }
        #expect(ends.server.progress == .connected)
        #expect(ends.client.progress == .connected)
    }
}
