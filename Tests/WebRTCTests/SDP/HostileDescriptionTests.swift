import RTP
import TestSupport
import Testing

@testable import WebRTC

@Suite("Hostile session descriptions")
struct HostileDescriptionTests {
    @Test(arguments: Offers.all.filter { $0.text.utf8.count < 1200 })
    func `survives truncation at each length`(offer: Offers.Sample) {
        let bytes = Array(offer.text.utf8)
        for length in 0..<bytes.count {
            takeApart(String(decoding: bytes[..<length], as: UTF8.self))
        }
        #expect(takeApart(offer.text))
    }

    @Test(arguments: Offers.all)
    func `survives truncation around the ends of lines`(offer: Offers.Sample) {
        let bytes = Array(offer.text.utf8)
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        for (number, end) in ends.enumerated() where number % 4 < 2 {
            takeApart(String(decoding: bytes[..<(number % 2 == 0 ? end : end - 3)], as: UTF8.self))
        }
    }

    @Test(arguments: Offers.all)
    func `survives flipped bits, swapped and repeated lines`(offer: Offers.Sample) {
        var random = SplitMix64(seed: 8866)
        let bytes = Array(offer.text.utf8)
        let lines = offer.text.split(separator: "\r\n").map(String.init)
        for _ in 0..<12 {
            var flipped = bytes
            for _ in 0..<3 {
                flipped[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
            }
            takeApart(String(decoding: flipped, as: UTF8.self))
            var shuffled = lines
            let (a, b) = (Int(random.next() % UInt64(lines.count)), Int(random.next() % UInt64(lines.count)))
            shuffled.swapAt(a, b)
            shuffled.insert(lines[a], at: b)
            takeApart(Offers.crlf(shuffled.joined(separator: "\n")))
        }
    }

    @Test(arguments: [Offers.ffmpegWHIP, Offers.firefoxWHIP, Offers.unityWithDataChannel])
    func `survives the loss of any line`(text: String) {
        let lines = text.split(separator: "\r\n").map(String.init)
        for index in lines.indices {
            var fewer = lines
            fewer.remove(at: index)
            takeApart(Offers.crlf(fewer.joined(separator: "\n")))
        }
    }

    @Test func `stays quick with sections full of payload types, groups and sources`() {
        let formats = (0..<5000).map { String($0 % 256) }.joined(separator: " ")
        let maps = (0..<600)
            .flatMap { ["a=rtpmap:\($0 % 256) VP8/90000", "a=fmtp:\($0 % 256) apt=\($0 % 256)"] }
        let groups = (0..<300).flatMap { ["a=ssrc-group:FID \($0)", "a=group:BUNDLE v \($0)"] }
        let text = videoOffer(formats: formats) + Offers.crlf((maps + groups).joined(separator: "\n"))
        let clock = ContinuousClock()
        let time = clock.measure { takeApart(text) }
        #expect(time < .seconds(5), "took \(time)")
    }

    @Test func `keeps no more candidates than its bound`() throws {
        let line = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host"
        let text =
            videoOffer("a=rtpmap:96 VP8/90000")
            + Offers.crlf(
                Array(repeating: line, count: 500).joined(separator: "\n")
            )
        let peer = try RemotePeerDescription(parsing: text)
        #expect(peer.candidates.count == RemotePeerDescription.maximumCandidates)
    }

    @Test func `never says back what it did not understand`() throws {
        let text = videoOffer(
            "a=rtpmap:96 H264/90000",
            "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f;evil=<script>;level-asymmetry-allowed=9",
            "a=rtpmap:97 AV1/90000",
            "a=fmtp:97 profile=0;level-idx=<b>;tier=0",
            "a=rtcp-fb:96 nack <i>",
            "a=extmap:1 <u>",
            "a=sendonly",
            formats: "96 97"
        )
        let offer = try RemotePeerDescription(parsing: text)
        for codec in [Codec.h264, .av1] {
            let answer = try SDPAnswer.publisher(offer, local: .server, codecs: [codec])
            #expect(!answer.text.contains("<"))
            #expect(!answer.text.contains("evil"))
        }
    }
}
