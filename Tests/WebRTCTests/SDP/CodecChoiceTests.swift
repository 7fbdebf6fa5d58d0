import RTP
import Testing

@testable import WebRTC

@Suite("Codecs and their parameters (RFC 6184 §8.1, RFC 9628 §6, RFC 4588 §8)")
struct CodecChoiceTests {
    private func codecs(
        _ lines: [String],
        formats: String,
        _ kind: MediaKind = .video
    ) throws -> [RemoteCodec] {
        let text =
            videoOffer(formats: formats).replacing("m=video", with: "m=\(kind.rawValue)")
            + Offers.crlf(lines.joined(separator: "\n"))
        return try RemotePeerDescription(parsing: text).media[0].codecs
    }

    @Test(arguments: [
        ("42e01f", H264Profile.Family.constrainedBaseline), ("42E034", .constrainedBaseline),
        ("42c00d", .constrainedBaseline), ("4de01f", .constrainedBaseline), ("42001f", .baseline),
        ("420034", .baseline), ("4d001f", .main), ("4d401f", .main), ("64001f", .high),
        ("640c1f", .constrainedHigh),
        ("58e01f", .constrainedBaseline), ("58a01f", .baseline),
    ])
    func `knows the profiles that browsers decode`(text: String, family: H264Profile.Family) throws {
        let profile = try #require(H264Profile(parsing: text))
        #expect(profile.family == family)
        #expect(profile.text == text.lowercased())
    }

    @Test(arguments: ["f4001f", "640801", "58401f", "", "42e0", "42e01f0", "+2e01f", "42e01g"])
    func `knows no other profile`(text: String) {
        #expect(H264Profile(parsing: text) == nil)
    }

    @Test func `prefers fragments, then constrained baseline, then the order of the offer`() throws {
        func offer(_ list: [(String, Int)]) throws -> String {
            let lines = list.enumerated()
                .flatMap { index, item in
                    [
                        "a=rtpmap:\(100 + index) H264/90000",
                        "a=fmtp:\(100 + index) packetization-mode=\(item.1);profile-level-id=\(item.0)",
                    ]
                }
            let formats = list.indices.map { String(100 + $0) }.joined(separator: " ")
            let offered = try codecs(lines, formats: formats)
            return CodecChoice.receiving(.video, of: offered, preferring: [.h264]).map(\.summary).joined()
        }
        #expect(try offer([("64001f", 1), ("42e01f", 0), ("42e01f", 1), ("42001f", 1)]) == "H264 102")
        #expect(try offer([("42e01f", 0), ("64001f", 1)]) == "H264 101")
        #expect(try offer([("64001f", 1), ("4d001f", 1), ("42001f", 1)]) == "H264 102")
        #expect(try offer([("42e01f", 1), ("42c01f", 1)]) == "H264 100")
        #expect(try offer([("f4001f", 1), ("42e01f", 2)]) == "")
    }

    @Test(arguments: [
        ("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", "42e034"),
        ("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64003c", "64003c"),
        ("packetization-mode=1;profile-level-id=42e01f", "42e01f"),
        ("packetization-mode=1", "42e01f"),
    ])
    func `keeps the profile, and lifts the level where that is allowed`(said: String, answered: String) throws
    {
        let text = videoOffer("a=rtpmap:96 H264/90000", "a=fmtp:96 \(said)", "a=sendonly")
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264])
        let asymmetry = said.hasPrefix("level") ? 1 : 0
        #expect(
            answer.text.contains(
                "a=fmtp:96 level-asymmetry-allowed=\(asymmetry);packetization-mode=1;profile-level-id=\(answered)\r\n"
            )
        )
    }

    @Test func `takes profile 0 of VP9 and AV1 only`() throws {
        let offered = try codecs(
            [
                "a=rtpmap:96 VP9/90000", "a=fmtp:96 profile-id=2", "a=rtpmap:97 VP9/90000",
                "a=rtpmap:98 AV1/90000",
                "a=fmtp:98 profile=1", "a=rtpmap:99 AV1/90000", "a=fmtp:99 implementation_name=Internal",
            ],
            formats: "96 97 98 99"
        )
        #expect(
            CodecChoice.sending(.video, of: offered, preferring: [.vp9, .av1]).map(\.summary) == [
                "VP9 97", "AV1 99",
            ]
        )
    }

    @Test func `reads names without regard to case, parameters without regard to spaces`() throws {
        let offered = try codecs(
            [
                "a=rtpmap:96 vp8/90000", "a=rtpmap:97 RTX/90000", "a=fmtp:97 apt=96;rtx-time=3000",
                "a=rtpmap:98 h264/90000", "a=fmtp:98 Profile-Level-ID=42e01f; packetization-mode=1 ;;x",
                "a=rtcp-fb:96 nack  pli ", "a=rtcp-fb:* ccm fir", "a=rtcp-fb:96 NACK",
            ],
            formats: "96 97 98"
        )
        #expect(offered.map(\.summary) == ["VP8 96/97", "H264 98"])
        #expect(offered[0].feedback == [.pictureLossIndication, .fullIntraRequest, .nack])
        #expect(offered[1].feedback == [.fullIntraRequest])
        #expect(offered[1].parameters["profile-level-id"] == "42e01f")
        #expect(offered[1].isFragmentable)
    }

    @Test(arguments: ["64", "80", "95", "128", "255", "256", "-1", "+96", "a"])
    func `takes no payload type that RTCP or nobody may have`(type: String) throws {
        #expect(try codecs(["a=rtpmap:\(type) VP8/90000"], formats: type).isEmpty)
    }

    @Test func `takes no codec of another clock, of one channel, or in the wrong section`() throws {
        #expect(try codecs(["a=rtpmap:96 VP8/8000"], formats: "96").isEmpty)
        #expect(try codecs(["a=rtpmap:96 opus/48000/2"], formats: "96").isEmpty)
        #expect(try codecs(["a=rtpmap:96 VP8/90000"], formats: "96", .audio).isEmpty)
        #expect(try codecs(["a=rtpmap:96 opus/48000"], formats: "96", .audio).isEmpty)
        #expect(try codecs(["a=rtpmap:96 opus/48000/2"], formats: "96", .audio).count == 1)
        #expect(try codecs(["a=rtpmap:96 red/90000"], formats: "96").isEmpty)
    }

    @Test func `takes each payload type once, and the first of several names`() throws {
        let offered = try codecs(["a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP9/90000"], formats: "96 96 96")
        #expect(offered.map(\.summary) == ["VP8 96"])
    }

    @Test func `takes redundancy only with the Opus that it repeats`() throws {
        func audio(_ red: String) throws -> [String] {
            let offered = try codecs(
                ["a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2"] + [red].filter { !$0.isEmpty },
                formats: "111 63",
                .audio
            )
            return CodecChoice.receiving(.audio, of: offered, preferring: [.red]).map(\.summary)
        }
        #expect(try audio("a=fmtp:63 111/111") == ["red 63", "opus 111"])
        #expect(try audio("a=fmtp:63 8/8") == ["opus 111"])
        #expect(try audio("") == ["opus 111"])
    }

    @Test func `binds an id to one extension over all sections`() throws {
        let mid = HeaderExtension.mid.rawValue
        let audio = Offers.obsWHIP.replacing(
            "a=rtpmap:111",
            with: "a=extmap:4 \(mid)\r\na=extmap:5 \(HeaderExtension.audioLevel.rawValue)\r\na=rtpmap:111"
        )
        let text = audio.replacing(
            "a=rtpmap:96",
            with: "a=extmap:4 \(HeaderExtension.videoOrientation.rawValue)\r\na=extmap:15 \(mid)\r\n"
                + "a=extmap:0 \(mid)\r\na=extmap:6 \(mid)\r\na=extmap:7 \(mid)\r\na=rtpmap:96"
        )
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264])
        #expect(answer.tracks[0].extensions == [.mid: 4, .audioLevel: 5])
        #expect(answer.tracks[1].extensions == [.mid: 6])
    }
}
