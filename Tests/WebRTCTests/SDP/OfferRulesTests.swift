import RTP
import Testing

@testable import WebRTC

@Suite("What an offer may ask for (RFC 8829 §5.3, RFC 9143, RFC 9725 §4.2)")
struct OfferRulesTests {
    private func refusal(
        _ text: String,
        dialect: SDPAnswer.Dialect = .standard,
        codecs: [Codec] = [.vp8, .h264],
        role: DTLSRole? = nil
    ) -> SDPError? {
        failure { () throws(SDPError) in
            let offer = try RemotePeerDescription(parsing: text)
            _ = try SDPAnswer.publisher(
                offer,
                local: .server,
                codecs: codecs,
                dialect: dialect,
                establishedRole: role
            )
        }
    }

    /// The offer of OBS is short, and has all that an offer has to have.
    private func altered(_ from: String, _ to: String, times: Int = .max) -> String {
        precondition(Offers.obsWHIP.contains(from))
        return Offers.obsWHIP.replacing(from, with: to, maxReplacements: times)
    }

    private let thirdSection = Offers.crlf(
        """
        m=video 9 UDP/TLS/RTP/SAVPF 100
        a=mid:2
        a=sendonly
        a=rtcp-mux
        a=rtpmap:100 VP8/90000
        """
    )

    @Test func `takes the unaltered offer`() {
        #expect(refusal(Offers.obsWHIP) == nil)
    }

    @Test func `needs credentials, a fingerprint that we check, and a role`() {
        #expect(refusal(altered("a=ice-ufrag:XcRv\r\n", "")) == .missingCredentials)
        #expect(refusal(altered("a=ice-ufrag:XcRv\r\n", "a=ice-ufrag:x\r\n")) == .missingCredentials)
        #expect(refusal(altered("a=ice-pwd:EzLV7Xvq4v0pXOzvO9Eq5t\r\n", "")) == .missingCredentials)
        #expect(
            refusal(altered("a=ice-pwd:EzLV7Xvq4v0pXOzvO9Eq5t", "a=ice-pwd:short")) == .missingCredentials
        )
        #expect(refusal(altered("sha-256", "sha-1")) == .missingFingerprint)
        #expect(refusal(altered("sha-256", "sha-512")) == .missingFingerprint)
        #expect(refusal(altered("6A:FB:", "6A:")) == .missingFingerprint)
        #expect(refusal(altered("setup:actpass", "setup:holdconn")) == .unusableSetup)
        #expect(refusal(altered("setup:actpass", "setup:both")) == .unusableSetup)
    }

    @Test(arguments: [
        ("a=setup:actpass\r\n", nil, DTLSRole.server),
        ("a=setup:active\r\n", nil, .server),
        ("a=setup:passive\r\n", nil, .client),
        ("", nil, .server),
        ("a=setup:actpass\r\n", DTLSRole.client, .client),
        ("a=setup:passive\r\n", .client, .client),
        ("a=setup:active\r\n", .server, .server),
    ])
    func `takes the role that is left, ours if both are`(
        line: String,
        established: DTLSRole?,
        role: DTLSRole
    ) throws {
        let offer = try RemotePeerDescription(parsing: altered("a=setup:actpass\r\n", line))
        let answer = try SDPAnswer.publisher(
            offer,
            local: .server,
            codecs: [.h264],
            establishedRole: established
        )
        #expect(answer.dtlsRole == role)
        #expect(answer.text.contains("a=setup:\(role == .client ? "active" : "passive")\r\n"))
    }

    @Test func `does not change a role that an exchange has fixed`() {
        #expect(refusal(altered("actpass", "active"), role: .client) == .unusableSetup)
        #expect(refusal(altered("actpass", "passive"), role: .server) == .unusableSetup)
    }

    @Test func `wants one transport for everything`() {
        #expect(refusal(altered("a=group:BUNDLE 0 1\r\n", "")) == .notBundled)
        #expect(refusal(altered("BUNDLE 0 1", "BUNDLE 0")) == .notBundled)
        #expect(refusal(altered("a=mid:1\r\n", "")) == .notBundled)
        #expect(refusal(altered("a=rtcp-mux\r\n", "", times: 1)) == .notMultiplexed(section: 0))
        #expect(refusal(altered("a=rtcp-mux\r\n", "a=rtcp-mux-only\r\n")) == nil)
        #expect(refusal(altered("a=mid:1", "a=mid:0")) == .duplicateMID)
        #expect(SDPError.duplicateMID.kind == .malformed)
        #expect(SDPError.notBundled.kind == .unsupported)
    }

    @Test func `takes a second group for nothing, and tags of sections that are not there`() throws {
        let text = altered("a=group:BUNDLE 0 1", "a=group:BUNDLE 7\r\na=group:BUNDLE 9 1 0")
        let offer = try RemotePeerDescription(parsing: text)
        #expect(offer.bundleMIDs == ["1", "0"])
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264])
        #expect(answer.text.contains("a=group:BUNDLE 1 0\r\n"))
        // The first tag names the section with the candidates.
        let sections = try SessionDescription(parsing: answer.text).media
        #expect(sections.map { $0.attributes.has("candidate") } == [false, true])
    }

    @Test func `refuses more than one track of a kind, unless Unity offers them`() throws {
        let text = altered("BUNDLE 0 1", "BUNDLE 0 1 2") + thirdSection
        #expect(refusal(text) == .tooManyTracks(.video))
        #expect(SDPError.tooManyTracks(.video).kind == .unsupported)
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264], dialect: .unity)
        #expect(answer.tracks.map(\.mid) == ["0", "1"])
        #expect(
            try RemotePeerDescription(parsing: answer.text).media.map(\.direction) == [
                .recvonly, .recvonly, .inactive,
            ]
        )
        #expect(answer.text.contains("a=group:BUNDLE 0 1 2\r\n"))
    }

    @Test(arguments: ["a=inactive", "a=recvonly"])
    func `does not count what does not send`(direction: String) {
        let text =
            altered("BUNDLE 0 1", "BUNDLE 0 1 2") + thirdSection.replacing("a=sendonly", with: direction)
        #expect(refusal(text) == nil)
        #expect(refusal(altered("a=sendonly", direction)) == .noMedia)
    }

    @Test func `refuses in turn what was withdrawn`() throws {
        let text = Offers.obsWHIP + thirdSection.replacing("m=video 9", with: "m=video 0")
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264])
        let sections = try SessionDescription(parsing: answer.text).media
        #expect(sections.map(\.port) == [9, 9, 0])
        #expect(sections[2].formats == ["100"])
        #expect(sections[2].attributes.has("inactive"))
        #expect(answer.text.contains("a=group:BUNDLE 0 1\r\n"))
        #expect(refusal(altered("54609", "0")) == .noMedia)
        #expect(refusal(altered("54609", "0").replacing("a=mid", with: "a=bundle-only\r\na=mid")) == nil)
    }

    @Test func `refuses what has no codec for us, as a whole or in part`() throws {
        #expect(refusal(altered("H264/90000", "H265/90000")) == .noCommonCodec(.video))
        #expect(refusal(altered("opus/48000/2", "PCMU/8000")) == .noCommonCodec(.audio))
        #expect(refusal(Offers.obsWHIP, codecs: [.vp9]) == .noCommonCodec(.video))
        let offer = try RemotePeerDescription(parsing: altered("H264/90000", "H265/90000"))
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264], dialect: .unity)
        #expect(answer.tracks.map(\.kind) == [.audio])
        #expect(try SessionDescription(parsing: answer.text).media.map(\.port) == [9, 0])
    }

    @Test func `refuses kinds and protocols that it does not speak`() throws {
        #expect(refusal(altered("m=video", "m=text")) == .unsupportedSection(section: 1))
        #expect(refusal(altered("UDP/TLS/RTP/SAVPF 96", "RTP/AVP 96")) == .unsupportedSection(section: 1))
        #expect(refusal(altered("m=video", "m=text"), dialect: .unity) == nil)
        #expect(refusal(altered("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP")) == nil)
    }

    @Test func `takes a single section without tag and without group`() throws {
        let text = videoOffer("a=rtpmap:96 VP8/90000").replacing("a=mid:v\r\n", with: "")
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.vp8])
        #expect(answer.tracks.map(\.mid) == [""])
        #expect(!answer.text.contains("a=mid"))
        #expect(!answer.text.contains("a=group"))
        #expect(answer.text.contains("a=candidate"))
    }

    @Test func `reads candidates, and passes over what browsers hide or cannot be used`() throws {
        let chromium = try RemotePeerDescription(parsing: Offers.chromiumWHIP)
        #expect(chromium.candidates.count == 4)
        #expect(chromium.candidates[0].address == address("192.0.2.2", 47920))
        #expect(chromium.candidates[2].tcpType == .active)
        #expect(chromium.trickles)
        let firefox = try RemotePeerDescription(parsing: Offers.firefoxWHIP)
        #expect(firefox.candidates.isEmpty)
        #expect(!firefox.trickles)
        let obs = try RemotePeerDescription(parsing: Offers.obsWHIP)
        #expect(obs.candidates.count == 1)
        let ffmpeg = try RemotePeerDescription(parsing: Offers.ffmpegWHIP)
        #expect(ffmpeg.candidates.isEmpty)
        #expect(ffmpeg.setup == .passive)
        #expect(!ffmpeg.isICELite)
    }

    @Test func `prefers a fingerprint by SHA-256 among several`() throws {
        let offer = try RemotePeerDescription(
            parsing: Offers.aiortcWHIP.replacing("a=fingerprint:sha-256", with: "a=nothing:sha-256")
        )
        #expect(offer.fingerprint.algorithm == .sha384)
        let whole = try RemotePeerDescription(parsing: Offers.aiortcWHIP)
        #expect(whole.fingerprint.algorithm == .sha256)
    }

    @Test func `says in words what is wrong, without repeating what it was given`() {
        #expect(
            refusal(altered("a=mid:1", "a=mid:0"))?.description == "Two media sections have the same a=mid"
        )
        #expect(SDPError.tooManyTracks(.video).description == "There is more than one video track")
        #expect(refusal(altered("a=mid:1", "<b>"))?.description == "Line 27 is malformed")
    }
}
