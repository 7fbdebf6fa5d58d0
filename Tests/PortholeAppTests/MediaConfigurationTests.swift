import Testing

@testable import PortholeApp

@Suite("Configuration: media plane")
struct MediaConfigurationTests {
    private func media(_ environment: [String: String]) throws -> Configuration.Media {
        try Configuration.load(environment: environment, dotEnv: nil, flags: [:], readFile: { _ in "" }).media
    }

    @Test func `the defaults are those of the contract`() throws {
        let media = try media([:])
        #expect(media.udpPort == 8189)
        #expect(media.tcpPort == 8189)
        #expect(media.announcedAddresses.isEmpty)
        #expect(media.loops == 1)
        #expect(media.codecs == [.h264, .vp8, .vp9, .av1])
        #expect(media.keyFrameInterval == .seconds(10))
        #expect(media.maximumVideoBitrate == 10_000_000)
        #expect(media.maximumViewersPerSession == 200)
        #expect(media.maximumViewers == 2000)
    }

    @Test(
        arguments: [
            ("192.0.2.1", "192.0.2.1", nil), ("192.0.2.1:8189", "192.0.2.1", 8189),
            ("2001:db8::1", "2001:db8::1", nil), ("[2001:db8::1]:443", "2001:db8::1", 443),
        ] as [(String, String, Int?)]
    )
    func `an announced address has a port or not`(text: String, ip: String, port: Int?) throws {
        let addresses = try media(["MEDIA_ANNOUNCED_ADDRESSES": " \(text) ,127.0.0.1"]).announcedAddresses
        #expect(addresses.map(\.ip) == [ip, "127.0.0.1"])
        #expect(addresses.first?.port == port)
        #expect(addresses.first?.description == text)
    }

    @Test(arguments: [
        ("10 Mbit/s", 10_000_000), ("2500kbit/s", 2_500_000), ("1500000", 1_500_000), ("3 MBIT/S", 3_000_000),
    ])
    func `a bit rate has a unit or not`(text: String, bitrate: Int) throws {
        #expect(try media(["MAX_VIDEO_BITRATE": text]).maximumVideoBitrate == bitrate)
    }

    @Test func `codecs keep the order in which they are preferred`() throws {
        #expect(try media(["MEDIA_CODECS": "vp8, H264"]).codecs == [.vp8, .h264])
    }

    @Test func `the same port for pages and media matters only where there is media`() throws {
        #expect(try media(["PORT": "8189", "MEDIA_MODE": "p2p"]).mode == .peerToPeer)
    }
}
