import RTP
import Testing

@testable import WebRTC

@Suite("Our own offers and the answers to them (RFC 3264, RFC 9725)")
struct OwnOfferTests {
    static let all: [Codec] = [.vp8, .vp9, .h264, .av1]

    @Test func `asks Unity for its tracks with nothing at all`() {
        let offer = SDPOffer.emptyIngest(sessionID: 7)
        #expect(offer.text == "v=0\r\no=- 7 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n")
        // Unity answers with as little.
        let answer =
            "v=0\r\no=- 2286656125334533748 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=msid-semantic: WMS\r\n"
        #expect(failure { () throws(SDPError) in _ = try RemotePeerDescription(parsing: answer) } == .noMedia)
    }

    @Test func `asks Unity with a data channel, if nothing was not enough`() throws {
        let offer = SDPOffer.application(local: .server)
        let description = try SessionDescription(parsing: offer.text)
        #expect(description.media.map(\.media) == ["application"])
        #expect(description.attributes.has("ice-lite"))
        #expect(description.media[0].attributes.first("setup") == "actpass")
        #expect(description.media[0].attributes.has("candidate"))
        let answer = try RemotePeerDescription(parsing: Offers.chromiumDataChannelAnswer)
        let outcome = try offer.accept(answer)
        #expect(outcome.tracks.isEmpty)
        #expect(outcome.dtlsRole == .server)
        // The tracks then come by an offer of Unity's, in which the data channel stays the first section.
        let tracks = try SDPAnswer.publisher(
            RemotePeerDescription(parsing: Offers.unityWithDataChannel),
            local: .server,
            codecs: [.vp8],
            dialect: .unity,
            establishedRole: outcome.dtlsRole
        )
        #expect(tracks.dtlsRole == .server)
        #expect(tracks.tracks.map(\.mid) == ["1", "2"])
    }

    @Test(arguments: [
        (Offers.chromiumPageAnswer, ["VP8 96/97", "VP9 98/99", "H264 108/109", "AV1 45/46"]),
        (Offers.firefoxPageAnswer, ["VP8 96/97", "VP9 98/99", "AV1 45/46"]),
    ])
    func `offers tracks to the stock page behind its data channel`(text: String, codecs: [String]) throws {
        var local = LocalParameters.server
        local.sessionVersion = 2
        let offer = SDPOffer.media(
            local: local,
            codecs: Self.all,
            application: "0",
            establishedRole: .server
        )
        let description = try SessionDescription(parsing: offer.text)
        #expect(description.origin.version == 2)
        #expect(description.media.map(\.media) == ["application", "video", "audio"])
        #expect(description.attributes.first("group") == "BUNDLE 0 1 2")
        #expect(description.media.dropFirst().allSatisfy { $0.attributes.has("sendonly") })
        let outcome = try offer.accept(RemotePeerDescription(parsing: text))
        #expect(outcome.dtlsRole == .server)
        #expect(outcome.tracks.map(\.kind) == [.video, .audio])
        #expect(outcome.tracks.map(\.mid) == ["1", "2"])
        #expect(outcome.tracks[0].codecs.map(\.summary) == codecs)
        #expect(outcome.tracks[0].localSources == StreamSources(primary: 21, rtx: 22))
        #expect(outcome.tracks[0].extensions[.transportWideCC] == 3)
        #expect(outcome.tracks[1].codecs.map(\.summary) == ["opus 111"])
        #expect(outcome.tracks[1].direction == .sendonly)
    }

    @Test(arguments: ["1", "app", nil])
    func `gives tracks tags that the data channel does not have`(application: String?) throws {
        let offer = SDPOffer.media(local: .server, codecs: [.vp8], application: application)
        let mids = try SessionDescription(parsing: offer.text).media.map { $0.attributes.first("mid") ?? "" }
        #expect(Set(mids).count == mids.count)
        #expect(mids.count == (application == nil ? 2 : 3))
        #expect(application == nil || mids.first == application)
    }

    @Test(arguments: all, [SDPAnswer.Dialect.standard, .unity])
    func `publishes to our own server`(codec: Codec, dialect: SDPAnswer.Dialect) throws {
        let offer = SDPOffer.whip(local: .client, codecs: Self.all)
        #expect(!offer.text.contains("ice-lite"))
        #expect(offer.text.contains("a=rtcp-mux-only\r\n"))
        let heard = try RemotePeerDescription(parsing: offer.text)
        #expect(heard.media.allSatisfy { $0.direction == .sendonly })
        let answer = try SDPAnswer.publisher(
            heard,
            local: .server,
            codecs: [codec],
            dialect: dialect
        )
        let outcome = try offer.accept(RemotePeerDescription(parsing: answer.text))
        #expect(outcome.dtlsRole == .client)
        #expect(answer.dtlsRole == .server)
        #expect(outcome.tracks.map(\.kind) == [.audio, .video])
        for (sent, received) in zip(outcome.tracks, answer.tracks) {
            #expect(sent.mid == received.mid)
            #expect(sent.direction == .sendonly)
            #expect(sent.localSources == received.remoteSources)
            #expect(sent.extensions == received.extensions)
            #expect(sent.codecs.map(\.summary) == received.codecs.map(\.summary))
            #expect(sent.codecs.map(\.feedback) == received.codecs.map(\.feedback))
        }
        #expect(outcome.tracks[1].codecs.first?.codec == codec)
    }

    @Test func `watches our own server`() throws {
        let offer = SDPOffer.whep(local: .client, codecs: Self.all)
        let answer = try SDPAnswer.viewer(
            RemotePeerDescription(parsing: offer.text),
            local: .server,
            codecs: [.av1, .vp8, .h264, .vp9]
        )
        let outcome = try offer.accept(RemotePeerDescription(parsing: answer.text))
        #expect(outcome.dtlsRole == .client)
        #expect(outcome.tracks.map(\.direction) == [.recvonly, .recvonly])
        #expect(outcome.tracks[1].remoteSources == StreamSources(primary: 21, rtx: 22))
        #expect(outcome.tracks[1].localSources == nil)
        #expect(
            outcome.tracks[1].codecs.map(\.summary) == [
                "AV1 45/46", "VP8 96/97", "H264 108/109", "VP9 98/99",
            ]
        )
    }

    @Test func `takes only an answer to what it has offered`() throws {
        let offer = SDPOffer.whip(local: .client, codecs: [.vp8])
        let good =
            try SDPAnswer.publisher(
                RemotePeerDescription(parsing: offer.text),
                local: .server,
                codecs: [.vp8]
            )
            .text
        func error(_ text: String, _ offer: SDPOffer = offer) -> SDPError? {
            failure { () throws(SDPError) in _ = try offer.accept(RemotePeerDescription(parsing: text)) }
        }
        #expect(error(good) == nil)
        #expect(
            error(good.replacing("a=mid:1", with: "a=mid:7").replacing("0 1", with: "0 7")) == .notOurOffer
        )
        #expect(error(good.replacing("m=video", with: "m=application")) == .notOurOffer)
        #expect(error(Offers.chromiumDataChannelAnswer) == .notOurOffer)
        #expect(error(good, SDPOffer.emptyIngest(sessionID: 1)) == .notOurOffer)
        #expect(error(good.replacing("VP8/90000", with: "VP9/90000")) == .notOurOffer)
        #expect(error(good.replacing("a=setup:passive", with: "a=setup:actpass")) == .unusableSetup)
        #expect(error(good.replacing("a=setup:passive", with: "a=setup:holdconn")) == .unusableSetup)
        let fixed = SDPOffer.media(local: .server, codecs: [.vp8], application: "0", establishedRole: .client)
        #expect(error(Offers.chromiumPageAnswer, fixed) == .unusableSetup)
    }

    @Test func `leaves out tracks that the other end does not want`() throws {
        let offer = SDPOffer.media(local: .server, codecs: Self.all, application: "0")
        let silent = Offers.chromiumPageAnswer.replacing("a=recvonly", with: "a=inactive", maxReplacements: 1)
        #expect(try offer.accept(RemotePeerDescription(parsing: silent)).tracks.map(\.kind) == [.audio])
        let refused = Offers.chromiumPageAnswer.replacing("m=video 9", with: "m=video 0")
        #expect(try offer.accept(RemotePeerDescription(parsing: refused)).tracks.map(\.kind) == [.audio])
    }

    @Test func `drops retransmissions that an answer does not confirm`() throws {
        let offer = SDPOffer.whip(local: .client, codecs: [.vp8])
        let answer =
            try SDPAnswer.publisher(
                RemotePeerDescription(parsing: offer.text),
                local: .server,
                codecs: [.vp8]
            )
            .text
        for text in [
            answer.replacing("a=fmtp:97 apt=96\r\n", with: ""),
            answer.replacing("SAVPF 96 97", with: "SAVPF 96 100").replacing(":97 ", with: ":100 "),
        ] {
            let video = try offer.accept(RemotePeerDescription(parsing: text)).tracks[1]
            #expect(video.codecs.map(\.summary) == ["VP8 96"])
            #expect(video.localSources == StreamSources(primary: 41))
        }
    }

    @Test func `offers no other header extensions than it is told to`() throws {
        let offer = SDPOffer.media(
            local: .server,
            codecs: [.vp8],
            extensions: [.mid, .audioLevel],
            application: nil
        )
        let sections = try RemotePeerDescription(parsing: offer.text).media
        #expect(sections.map { Set($0.extensions.keys) } == [[.mid], [.mid, .audioLevel]])
        // Feedback that needs an extension goes with it.
        #expect(!offer.text.contains("transport-cc"))
        #expect(SDPOffer.whip(local: .client, codecs: [.vp8]).text.contains("a=rtcp-fb:96 transport-cc\r\n"))
    }
}
