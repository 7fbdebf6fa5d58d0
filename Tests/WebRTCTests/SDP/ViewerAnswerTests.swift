import RTP
import Testing

@testable import WebRTC

@Suite("Answers to viewers (WHEP, the stock receiver page)")
struct ViewerAnswerTests {
    static let all: [Codec] = [.h264, .vp8, .vp9, .av1]

    /// What is expected of the answer to an offer.
    struct Expectation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var offer: String
        var video: [String]
        var audio: [String]
    }

    static let expectations = [
        Expectation(
            testDescription: "Chromium",
            offer: Offers.chromiumWHEP,
            video: ["H264 108/109", "VP8 96/97", "VP9 98/99", "AV1 45/46"],
            audio: ["opus 111"]
        ),
        Expectation(
            testDescription: "Firefox",
            offer: Offers.firefoxWHEP,
            video: ["VP8 120/124", "VP9 121/125", "AV1 99/100"],
            audio: ["opus 109"]
        ),
        Expectation(
            testDescription: "aiortc",
            offer: Offers.aiortcWHEP,
            video: ["H264 101/102", "VP8 97/98"],
            audio: ["opus 96"]
        ),
    ]

    @Test(arguments: expectations)
    func `takes every codec that both ends know, since nothing is negotiated again`(
        expected: Expectation
    ) throws {
        let offer = try RemotePeerDescription(parsing: expected.offer)
        let answer = try SDPAnswer.viewer(offer, local: .server, codecs: Self.all)
        let video = try #require(answer.tracks.first { $0.kind == .video })
        let audio = try #require(answer.tracks.first { $0.kind == .audio })
        #expect(video.codecs.map(\.summary) == expected.video)
        #expect(audio.codecs.map(\.summary) == expected.audio)
        #expect(video.direction == .sendonly)
        #expect(video.localSources == StreamSources(primary: 21, rtx: 22))
        #expect(audio.localSources == StreamSources(primary: 11))
        #expect(video.remoteSources == nil)
        #expect(video.streamID == "room")
        #expect(answer.dtlsRole == .server)
    }

    @Test(arguments: expectations)
    func `says our sources and their stream`(expected: Expectation) throws {
        let offer = try RemotePeerDescription(parsing: expected.offer)
        let text = try SDPAnswer.viewer(offer, local: .server, codecs: Self.all).text
        let answer = try RemotePeerDescription(parsing: text)
        let video = try #require(answer.media.first { $0.kind == .video })
        #expect(video.direction == .sendonly)
        #expect(video.sources == StreamSources(primary: 21, rtx: 22))
        #expect(answer.media.first { $0.kind == .audio }?.sources == StreamSources(primary: 11))
        for line in [
            "a=msid:room room-video", "a=ssrc-group:FID 21 22", "a=ssrc:21 cname:porthole",
            "a=ssrc:22 cname:porthole", "a=ssrc:11 cname:porthole", "a=ssrc:11 msid:room room-audio",
            "a=rtcp-mux-only", "a=sendonly",
        ] {
            #expect(text.contains("\(line)\r\n"), "\(line)")
        }
    }

    @Test(arguments: [Offers.chromiumDataChannel, Offers.firefoxDataChannel])
    func `accepts a data channel alone of the stock page, and of nobody else`(text: String) throws {
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.viewer(offer, local: .server, codecs: Self.all, dialect: .unity)
        #expect(answer.tracks.isEmpty)
        let section = try SessionDescription(parsing: answer.text).media[0]
        #expect(section.port == 9)
        #expect(section.formats == ["webrtc-datachannel"])
        #expect(section.attributes.first("sctp-port") == "5000")
        #expect(section.attributes.first("setup") == "passive")
        #expect(section.attributes.first("mid") == "0")
        let refusal = failure { () throws(SDPError) in
            _ = try SDPAnswer.viewer(offer, local: .server, codecs: Self.all)
        }
        #expect(refusal == .noMedia)
        #expect(SDPError.noMedia.kind == .unsupported)
    }

    @Test func `announces no retransmissions where none were offered`() throws {
        let text = videoOffer("a=rtpmap:96 VP8/90000", "a=recvonly")
        let answer = try SDPAnswer.viewer(
            RemotePeerDescription(parsing: text),
            local: .server,
            codecs: [.vp8]
        )
        #expect(answer.tracks[0].localSources == StreamSources(primary: 21))
        #expect(!answer.text.contains("FID"))
        #expect(!answer.text.contains("a=ssrc:22"))
    }

    @Test func `sends a header extension one way to who only receives it`() throws {
        let offer = try RemotePeerDescription(parsing: Offers.firefoxWHEP)
        let answer = try SDPAnswer.viewer(offer, local: .server, codecs: Self.all)
        let uri = HeaderExtension.playoutDelay.rawValue
        #expect(answer.text.contains("a=extmap:6/sendonly \(uri)\r\n"))
        #expect(answer.tracks[0].extensions[.playoutDelay] == 6)
        // Firefox does not send it, so there is nothing to receive.
        let published = try RemotePeerDescription(parsing: Offers.firefoxWHIP)
        let received = try SDPAnswer.publisher(published, local: .server, codecs: Self.all)
        #expect(!received.text.contains(uri))
    }

    @Test func `sends H.264 in fragments or not at all`() throws {
        func offer(_ mode: String) throws -> RemotePeerDescription {
            try RemotePeerDescription(
                parsing: videoOffer(
                    "a=rtpmap:96 H264/90000",
                    "a=fmtp:96 profile-level-id=42e01f\(mode)",
                    "a=rtpmap:97 VP8/90000",
                    "a=sendrecv",
                    formats: "96 97"
                )
            )
        }
        func codecs(_ mode: String) throws -> [String] {
            try SDPAnswer.viewer(offer(mode), local: .server, codecs: Self.all).tracks[0].codecs
                .map(\.summary)
        }
        #expect(try codecs(";packetization-mode=1") == ["H264 96", "VP8 97"])
        #expect(try codecs(";packetization-mode=0") == ["VP8 97"])
        #expect(try codecs("") == ["VP8 97"])
        // Whoever sends to us may do without.
        let received = try SDPAnswer.publisher(offer(""), local: .server, codecs: [.h264])
        #expect(received.tracks[0].codecs.map(\.summary) == ["H264 96", "VP8 97"])
        #expect(received.text.contains("packetization-mode=0;profile-level-id=42e01f\r\n"))
    }

    @Test func `keeps silent where nothing is wanted`() throws {
        let text = Offers.chromiumWHEP.replacing("a=recvonly", with: "a=inactive", maxReplacements: 1)
        let offer = try RemotePeerDescription(parsing: text)
        let answer = try SDPAnswer.viewer(offer, local: .server, codecs: Self.all)
        #expect(answer.tracks.map(\.kind) == [.audio])
        let sections = try RemotePeerDescription(parsing: answer.text).media
        #expect(sections.map(\.direction) == [.inactive, .sendonly])
        #expect(sections.map(\.isRejected) == [false, false])
    }
}
