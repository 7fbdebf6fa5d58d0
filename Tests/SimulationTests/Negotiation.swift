import RTP
import WebRTC

/// The tracks of a publisher and of its viewer, as real offers and answers agree on them, with the publisher's sources.
struct Negotiation {
    let sent: [NegotiatedTrack]
    let watched: [NegotiatedTrack]

    init(_ codec: Codec) throws {
        var generator = SystemRandomNumberGenerator()
        let fingerprint = try DTLSCertificate.generate().fingerprint
        func local(_ base: UInt32, isLite: Bool) -> LocalParameters {
            LocalParameters(
                ice: ICECredentials.generate(using: &generator),
                fingerprint: fingerprint,
                candidates: [.host(udp: TransportAddress(ipv4: 0x7F00_0001, port: 8189))],
                isICELite: isLite,
                sessionID: 1,
                cname: "test",
                streamID: "test",
                audio: StreamSources(primary: base, rtx: base + 1),
                video: StreamSources(primary: base + 2, rtx: base + 3)
            )
        }
        let publisher = local(1_000, isLite: false)
        let whip = SDPOffer.whip(local: publisher, codecs: [codec])
        let taken = try SDPAnswer.publisher(
            RemotePeerDescription(parsing: whip.text),
            local: local(2_000, isLite: true),
            codecs: [codec]
        )
        sent = try whip.accept(RemotePeerDescription(parsing: taken.text)).tracks
        let whep = SDPOffer.whep(local: local(3_000, isLite: false), codecs: [codec])
        var server = local(2_000, isLite: true)
        (server.audio, server.video) = (publisher.audio, publisher.video)
        let given = try SDPAnswer.viewer(
            RemotePeerDescription(parsing: whep.text),
            local: server,
            codecs: [codec]
        )
        watched = try whep.accept(RemotePeerDescription(parsing: given.text)).tracks
    }

    /// The publisher's tracks where nobody speaks RTX.
    var sentWithoutRTX: [NegotiatedTrack] {
        sent.map { track in
            var track = track
            track.localSources?.rtx = nil
            for index in track.codecs.indices { track.codecs[index].rtxPayloadType = nil }
            return track
        }
    }
}
