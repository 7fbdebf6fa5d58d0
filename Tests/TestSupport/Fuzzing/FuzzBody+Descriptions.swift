import RTP
import WebRTC

extension FuzzBody {
    /// Any text as an offer to publish and to watch, in both dialects, and as an answer to each of our offers.
    static func answerDescription(_ bytes: [UInt8]) throws(FuzzFinding) {
        // A byte that is not UTF-8 becomes another character: the text is one, as that of a request is.
        let text = String(decoding: bytes, as: UTF8.self)
        if let description = try? SessionDescription(parsing: text) {
            let again = try? SessionDescription(parsing: description.text)
            try expect(again?.text == description.text, "a description is written and read again as the same")
        }
        guard let remote = try? RemotePeerDescription(parsing: text) else { return }
        for dialect in [SDPAnswer.Dialect.standard, .unity] {
            for role in [DTLSRole?.none, .server] {
                try check(
                    try? SDPAnswer.publisher(
                        remote,
                        local: .fuzzed,
                        codecs: codecs,
                        dialect: dialect,
                        establishedRole: role
                    ),
                    to: remote
                )
                try check(
                    try? SDPAnswer.viewer(
                        remote,
                        local: .fuzzed,
                        codecs: codecs,
                        dialect: dialect,
                        establishedRole: role
                    ),
                    to: remote
                )
            }
        }
        for offer in offers { _ = try? offer.accept(remote) }
    }

    private static let codecs: [Codec] = [.h264, .vp8, .vp9, .av1]

    private static let offers: [SDPOffer] = [
        .application(local: .fuzzed),
        .media(local: .fuzzed, codecs: codecs, application: "0", establishedRole: .server),
        .whip(local: .fuzzed, codecs: codecs),
        .whep(local: .fuzzed, codecs: codecs),
    ]

    private static func check(_ answer: SDPAnswer?, to offer: RemotePeerDescription) throws(FuzzFinding) {
        guard let answer else { return }
        let parsed: RemotePeerDescription
        do { parsed = try RemotePeerDescription(parsing: answer.text) } catch {
            throw FuzzFinding("our own answer can be read: \(error)")
        }
        try expect(parsed.media.count == offer.media.count, "an answer has the sections of its offer")
        try expect(answer.tracks.count <= 2, "there is a track of a kind at most")
        for track in answer.tracks {
            try expect(!track.codecs.isEmpty, "a track has a codec")
            try expect(track.codecs.allSatisfy { $0.payloadType < 128 }, "payload types have seven bits")
            try expect(track.extensions.values.allSatisfy { $0 > 0 }, "identifiers of extensions begin at 1")
        }
    }

    static func readFragment(_ bytes: [UInt8]) throws(FuzzFinding) {
        guard let fragment = try? TrickleFragment(parsing: String(decoding: bytes, as: UTF8.self)) else {
            return
        }
        let again: TrickleFragment
        do { again = try TrickleFragment(parsing: fragment.text) } catch {
            throw FuzzFinding("our own fragment can be read: \(error)")
        }
        try expect(
            again.candidates == fragment.candidates,
            "candidates are written and read again as the same"
        )
        try expect(again.credentials == fragment.credentials, "credentials stay")
    }
}

extension LocalParameters {
    /// What somebody says of itself whose descriptions are the same in each run.
    static let fuzzed: LocalParameters = {
        guard let ice = ICECredentials(ufrag: "fuzz", password: "0123456789abcdefghijkl"),
            let fingerprint = Fingerprint(algorithm: .sha256, bytes: (0..<32).map { UInt8($0) })
        else { preconditionFailure("these are credentials and a fingerprint") }
        return LocalParameters(
            ice: ice,
            fingerprint: fingerprint,
            candidates: [.host(udp: TransportAddress(ipv4: 0xC000_0201, port: 8189))],
            sessionID: 1,
            cname: "fuzz",
            streamID: "fuzz",
            audio: StreamSources(primary: 11),
            video: StreamSources(primary: 21, rtx: 22)
        )
    }()
}
