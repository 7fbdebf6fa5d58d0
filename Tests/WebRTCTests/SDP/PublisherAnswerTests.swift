import RTP
import Testing

@testable import WebRTC

@Suite("Answers to publishers (RFC 9725 §4.2, Unity Render Streaming)")
struct PublisherAnswerTests {
    /// What is expected of the answer to an offer.
    struct Expectation: CustomTestStringConvertible, Sendable {
        var name: String
        var offer: String
        var prefer: [Codec]
        /// Codec, payload type and that of its retransmissions, in the order of the answer.
        var video: [String]
        var audio: [String] = []
        var role = DTLSRole.server
        var remoteVideo: StreamSources?
        var remoteAudio: StreamSources?
        var videoExtensions: [HeaderExtension: UInt8] = [:]

        var testDescription: String { "\(name), \(prefer.map(\.rawValue))" }
    }

    static let all: [Codec] = [.vp8, .h264, .vp9, .av1]

    static let chromiumExtensions: [HeaderExtension: UInt8] = [
        .absoluteSendTime: 2, .transportWideCC: 3, .mid: 4, .playoutDelay: 5, .videoOrientation: 13,
    ]
    static let unityExtensions: [HeaderExtension: UInt8] = [
        .absoluteSendTime: 2, .videoOrientation: 3, .transportWideCC: 4, .playoutDelay: 5, .mid: 9,
    ]

    static func chromium(_ prefer: [Codec], _ video: [String], _ audio: [String]) -> Expectation {
        Expectation(
            name: "Chromium",
            offer: Offers.chromiumWHIP,
            prefer: prefer,
            video: video,
            audio: audio,
            remoteVideo: StreamSources(primary: 1_454_902_610, rtx: 857_733_108),
            remoteAudio: StreamSources(primary: 2_151_235_351),
            videoExtensions: chromiumExtensions
        )
    }

    static func unity(_ name: String, _ offer: String, _ prefer: [Codec], _ video: [String]) -> Expectation {
        Expectation(
            name: name,
            offer: offer,
            prefer: prefer,
            video: video,
            audio: ["opus 96"],
            remoteVideo: StreamSources(primary: 3_053_104_717, rtx: 1_711_806_385),
            remoteAudio: StreamSources(primary: 2_228_447_093),
            videoExtensions: unityExtensions
        )
    }

    static let expectations: [Expectation] = [
        chromium([.vp8], ["VP8 96/97"], ["opus 111"]),
        chromium([.vp9], ["VP9 98/99", "VP8 96/97"], ["opus 111"]),
        chromium([.h264, .vp9], ["H264 108/109", "VP8 96/97"], ["opus 111"]),
        chromium([.av1, .opus], ["AV1 45/46", "VP8 96/97"], ["opus 111"]),
        chromium([.vp8, .red, .opus], ["VP8 96/97"], ["red 63", "opus 111"]),
        chromium([.vp8, .opus, .red], ["VP8 96/97"], ["opus 111", "red 63"]),
        Expectation(
            name: "Chromium, simulcast",
            offer: Offers.chromiumSimulcast,
            prefer: [.h264],
            video: ["H264 108/109", "VP8 96/97"],
            remoteVideo: nil,
            videoExtensions: [
                .absoluteSendTime: 2, .videoOrientation: 3, .transportWideCC: 4, .playoutDelay: 5, .mid: 9,
            ]
        ),
        Expectation(
            name: "Firefox",
            offer: Offers.firefoxWHIP,
            prefer: [.av1],
            video: ["AV1 99/100", "VP8 120/124"],
            audio: ["opus 109"],
            remoteVideo: StreamSources(primary: 2_445_382_747, rtx: 1_973_008_911),
            remoteAudio: StreamSources(primary: 3_838_181_115),
            videoExtensions: [.mid: 3, .absoluteSendTime: 4, .transportWideCC: 7]
        ),
        Expectation(
            name: "aiortc",
            offer: Offers.aiortcWHIP,
            prefer: [.h264],
            video: ["H264 101/102", "VP8 97/98"],
            audio: ["opus 96"],
            remoteVideo: StreamSources(primary: 1_520_813_744, rtx: 3_956_923_818),
            remoteAudio: StreamSources(primary: 1_114_813_794),
            videoExtensions: [.mid: 1, .absoluteSendTime: 3]
        ),
        Expectation(
            name: "FFmpeg",
            offer: Offers.ffmpegWHIP,
            prefer: all,
            video: ["H264 106/105"],
            audio: ["opus 111"],
            role: .client,
            remoteVideo: StreamSources(primary: 2_988_280_817, rtx: 2_988_280_818),
            remoteAudio: StreamSources(primary: 2_988_280_816)
        ),
        Expectation(
            name: "OBS",
            offer: Offers.obsWHIP,
            prefer: all,
            video: ["H264 96"],
            audio: ["opus 111"],
            remoteVideo: StreamSources(primary: 2_178_318_476),
            remoteAudio: StreamSources(primary: 2_178_318_475)
        ),
        Expectation(
            name: "Pion",
            offer: Offers.pionWHIP,
            prefer: [.h264],
            video: ["H264 125/107", "VP8 96/97"],
            audio: ["opus 111"],
            remoteVideo: StreamSources(primary: 2_781_923_400),
            remoteAudio: StreamSources(primary: 527_799_965),
            videoExtensions: [.transportWideCC: 1]
        ),
        unity("Unity, desktop", Offers.unityDesktop, [.vp8], ["VP8 127/120"]),
        unity("Unity, desktop", Offers.unityDesktop, [.h264], ["H264 122/116", "VP8 127/120"]),
        unity("Unity, desktop", Offers.unityDesktop, [.av1], ["AV1 39/40", "VP8 127/120"]),
        unity("Unity, Quest", Offers.unityQuest, [.h264], ["H264 123/117", "VP8 127/120"]),
        unity("Unity, Quest", Offers.unityQuest, [.vp9], ["VP9 125/119", "VP8 127/120"]),
        unity("Unity, data channel", Offers.unityWithDataChannel, [.vp8], ["VP8 127/120"]),
    ]

    @Test(arguments: expectations)
    func `takes the preferred codec first and VP8 behind it`(expected: Expectation) throws {
        let offer = try RemotePeerDescription(parsing: expected.offer)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: expected.prefer)
        #expect(answer.dtlsRole == expected.role)
        let video = try #require(answer.tracks.first { $0.kind == .video })
        #expect(video.codecs.map(\.summary) == expected.video)
        #expect(video.direction == .recvonly)
        #expect(video.remoteSources == expected.remoteVideo)
        #expect(video.localSources == nil)
        #expect(video.extensions == expected.videoExtensions)
        let audio = answer.tracks.first { $0.kind == .audio }
        #expect((audio?.codecs ?? []).map(\.summary) == expected.audio)
        #expect(audio?.remoteSources == expected.remoteAudio)
    }

    @Test(arguments: expectations)
    func `writes an answer that mirrors the offer`(expected: Expectation) throws {
        let offer = try RemotePeerDescription(parsing: expected.offer)
        let text = try SDPAnswer.publisher(offer, local: .server, codecs: expected.prefer).text
        let answer = try RemotePeerDescription(parsing: text)
        #expect(answer.media.map(\.kind) == offer.media.map(\.kind))
        #expect(answer.media.map(\.mid) == offer.media.map(\.mid))
        #expect(answer.bundleMIDs == offer.bundleMIDs)
        #expect(answer.isICELite)
        #expect(!answer.trickles)
        #expect(answer.ice == LocalParameters.server.ice)
        #expect(answer.setup == (expected.role == .client ? .active : .passive))
        for section in answer.media where section.kind != .application {
            #expect(section.direction == .recvonly)
            #expect(section.isMultiplexed)
        }
        let video = try #require(answer.media.first { $0.kind == .video })
        #expect(video.codecs.map(\.summary) == expected.video)
        for line in ["a=ice-lite", "a=rtcp-mux", "a=rtcp-mux-only", "a=end-of-candidates"] {
            #expect(text.contains("\(line)\r\n"))
        }
        #expect(!text.contains("simulcast"))
        #expect(!text.contains("a=rid"))
        #expect(!text.contains("a=ssrc"))
    }

    @Test func `names candidates once, UDP over IPv4 first`() throws {
        let offer = try RemotePeerDescription(parsing: Offers.ffmpegWHIP)
        let text = try SDPAnswer.publisher(offer, local: .server, codecs: [.h264]).text
        #expect(
            text.split(separator: "\r\n").filter { $0.hasPrefix("a=candidate") } == [
                "a=candidate:2 1 udp 2130706175 192.0.2.1 7000 typ host",
                "a=candidate:1 1 udp 2130706431 2001:db8::1 7000 typ host",
                "a=candidate:100001 1 tcp 1520435199 192.0.2.1 7001 typ host tcptype passive",
            ]
        )
    }

    @Test func `answers Chromium word for word`() throws {
        let offer = try RemotePeerDescription(parsing: Offers.chromiumWHIP)
        let answer = try SDPAnswer.publisher(
            offer,
            local: .server,
            codecs: [.h264],
            extensions: [.mid, .transportWideCC]
        )
        let transport = """
            a=ice-ufrag:serv
            a=ice-pwd:0123456789abcdefghijkl
            a=fingerprint:\(sampleFingerprint)
            a=setup:passive
            """
        let feedback = ["nack", "nack pli", "ccm fir", "transport-cc", "goog-remb"]
        let expected = """
            v=0
            o=- 42 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=ice-lite
            a=ice-options:trickle ice2
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=candidate:2 1 udp 2130706175 192.0.2.1 7000 typ host
            a=candidate:1 1 udp 2130706431 2001:db8::1 7000 typ host
            a=candidate:100001 1 tcp 1520435199 192.0.2.1 7001 typ host tcptype passive
            a=end-of-candidates
            \(transport)
            a=mid:0
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=recvonly
            a=rtcp-mux
            a=rtcp-mux-only
            a=rtcp-rsize
            a=rtpmap:111 opus/48000/2
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 minptime=10;useinbandfec=1
            m=video 9 UDP/TLS/RTP/SAVPF 108 109 96 97
            c=IN IP4 0.0.0.0
            \(transport)
            a=mid:1
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=recvonly
            a=rtcp-mux
            a=rtcp-mux-only
            a=rtcp-rsize
            a=rtpmap:108 H264/90000
            \(feedback.map { "a=rtcp-fb:108 \($0)" }.joined(separator: "\n"))
            a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e034
            a=rtpmap:109 rtx/90000
            a=fmtp:109 apt=108
            a=rtpmap:96 VP8/90000
            \(feedback.map { "a=rtcp-fb:96 \($0)" }.joined(separator: "\n"))
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            """
        #expect(answer.text == Offers.crlf(expected))
    }

    @Test func `keeps the sections of Unity's data channel in place`() throws {
        let offer = try RemotePeerDescription(parsing: Offers.unityWithDataChannel)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.vp8], dialect: .unity)
        let description = try SessionDescription(parsing: answer.text)
        #expect(description.media.map(\.media) == ["application", "video", "audio"])
        #expect(description.media.map(\.port) == [9, 9, 9])
        #expect(description.attributes.first("group") == "BUNDLE 0 1 2")
        #expect(description.media[0].attributes.has("candidate"))
        #expect(!description.media[1].attributes.has("candidate"))
    }

    @Test func `sends back stereo and loss reports of sound where they were offered`() throws {
        let stereo = try RemotePeerDescription(parsing: Offers.unityQuest)
        let text = try SDPAnswer.publisher(stereo, local: .server, codecs: [.vp8]).text
        #expect(text.contains("a=fmtp:96 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1\r\n"))
        #expect(!text.contains("a=rtcp-fb:96 nack\r\n"))
        let munged = Offers.unityQuest.replacing(
            "a=rtcp-fb:96 transport-cc",
            with: "a=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 nack"
        )
        let asked = try RemotePeerDescription(parsing: munged)
        let answer = try SDPAnswer.publisher(asked, local: .server, codecs: [.vp8])
        #expect(answer.text.contains("a=rtcp-fb:96 nack\r\n"))
        #expect(answer.tracks.first { $0.kind == .audio }?.codecs.first?.feedback == [.transportCC, .nack])
    }

    @Test func `takes transport-wide feedback only together with its header extension`() throws {
        let offer = try RemotePeerDescription(parsing: Offers.chromiumWHIP)
        let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [.vp8], extensions: [.mid])
        #expect(!answer.text.contains("transport-cc"))
        #expect(answer.tracks.allSatisfy { $0.codecs.allSatisfy { !$0.feedback.contains(.transportCC) } })
    }
}

extension RemoteCodec {
    /// `VP8 96/97`.
    var summary: String { "\(codec.rawValue) \(payloadType)\(rtxPayloadType.map { "/\($0)" } ?? "")" }
}
