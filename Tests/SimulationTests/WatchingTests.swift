import RTP
import Testing
import WebRTC

@testable import Simulation

@Suite("Watching a clip")
struct WatchingTests {
    /// A publisher, a viewer and the wire between them, in virtual time.
    private struct Wire {
        static let delay = Duration.milliseconds(20)
        var now = MonotonicTime(nanoseconds: 5_000_000_000)
        var publisher: ClipPublisher
        var viewer: StreamViewer
        /// What is on its way: media to the viewer, reports to the publisher.
        private var media: [(at: MonotonicTime, bytes: [UInt8])] = []
        private var feedback: [(at: MonotonicTime, bytes: [UInt8])] = []
        private var generator = SplitMix64(seed: 3)
        var loss = 0.0
        /// Packets are asked for in vain.
        var losesRequests = false
        /// Nothing passes.
        var isCut = false

        init(_ codec: Codec) throws {
            let negotiation = try Negotiation(codec)
            publisher = ClipPublisher(
                clip: PacketizedClip(try .bundled(codec)),
                tracks: negotiation.sent,
                cname: "p",
                seed: 1,
                at: now
            )
            viewer = StreamViewer(tracks: negotiation.watched, ssrc: 9, cname: "v", at: now)
        }

        private mutating func passes() -> Bool {
            let chance = Double(generator.next() >> 11) / Double(1 << 53)
            return !isCut && chance >= loss
        }

        mutating func run(for duration: Duration) throws {
            let end = now + duration
            while now < end {
                now = now + .milliseconds(1)
                publisher.advance(to: now)
                var bytes: [UInt8] = []
                while publisher.nextPacket(at: now, into: &bytes) != nil {
                    if passes() { media.append((now + Self.delay, bytes)) }
                    bytes = []
                }
                for report in publisher.reports(at: now, wall: NTPTime(seconds: 7, fraction: 0)) {
                    try deliver(report) { viewer.receive($0, at: now) }
                }
                while let first = media.first, first.at <= now {
                    media.removeFirst()
                    let header = try RTPHeader(parsing: first.bytes.span)
                    viewer.receive(header, in: first.bytes.span, at: now)
                }
                for report in viewer.reports(at: now) where passes() {
                    // 205: feedback of the transport layer, of format 1 (RFC 4585 §6.2).
                    if losesRequests, report[0] & 31 == 1, report[1] == 205 { continue }
                    feedback.append((now + Self.delay, report))
                }
                while let first = feedback.first, first.at <= now {
                    feedback.removeFirst()
                    try deliver(first.bytes) { publisher.receive($0, at: now) }
                }
            }
        }

        private func deliver(_ bytes: [UInt8], _ body: (RTCPPacket) -> Void) throws {
            var reader = RTCPReader()
            while let packet = try reader.next(in: bytes.span) { body(packet) }
        }

        var video: IncomingTrack { viewer.tracks.first { $0.kind == .video } ?? viewer.tracks[0] }
        var audio: IncomingTrack { viewer.tracks.first { $0.kind == .audio } ?? viewer.tracks[0] }
    }

    @Test(arguments: [Codec.vp8, .h264])
    func `all frames can be shown where nothing is lost`(codec: Codec) throws {
        var wire = try Wire(codec)
        try wire.run(for: .seconds(10))
        #expect((297...300).contains(wire.video.frames))
        #expect(wire.video.keyFrames == 5)
        #expect(wire.video.undecodable == 0)
        #expect(wire.video.keyFrameRequests == 0)
        #expect(wire.video.freezes.count == 0)
        #expect((498...500).contains(wire.audio.frames))
        #expect(wire.audio.window.lost == 0)
        #expect(wire.publisher.figures.retransmitted == 0)
        #expect(wire.publisher.figures.transportFeedbacks >= 95)
        #expect(wire.viewer.strays == 0)
    }

    @Test(arguments: [Codec.vp8, .h264])
    func `five percent of loss each way is repaired`(codec: Codec) throws {
        var wire = try Wire(codec)
        wire.loss = 0.05
        try wire.run(for: .seconds(30))
        wire.loss = 0
        try wire.run(for: .seconds(1))
        #expect(wire.video.frames >= 925)
        #expect(wire.video.window.lost == 0)
        #expect(wire.video.window.recovered > 30)
        #expect(wire.video.undecodable == 0)
        #expect(wire.publisher.figures.retransmitted >= wire.video.window.recovered)
    }

    @Test func `a short hole is repaired whole`() throws {
        var wire = try Wire(.vp8)
        try wire.run(for: .seconds(2))
        wire.isCut = true
        try wire.run(for: .milliseconds(700))
        wire.isCut = false
        try wire.run(for: .seconds(3))
        #expect((168...171).contains(wire.video.frames))
        #expect(wire.publisher.figures.keyFrameRequests == 0)
        #expect(wire.video.freezes.count == 1)
        #expect(wire.video.freezes.longestGap > 0.7)
    }

    @Test func `after a hole that cannot be repaired a key frame is asked for, and comes at once`() throws {
        var wire = try Wire(.vp8)
        try wire.run(for: .seconds(2))
        wire.losesRequests = true
        wire.isCut = true
        try wire.run(for: .milliseconds(200))
        wire.isCut = false
        let before = wire.video.frames
        try wire.run(for: .milliseconds(900))
        #expect(wire.publisher.figures.keyFrameRequests == 1)
        #expect(wire.video.frames > before + 6)
    }

    @Test func `reports tell loss and the highest number`() throws {
        var wire = try Wire(.vp8)
        try wire.run(for: .seconds(2))
        wire.loss = 0.5
        try wire.run(for: .milliseconds(6_500))
        #expect(wire.publisher.figures.fractionLost > 0.1)
    }
}

@Suite("The window of arrivals")
struct ArrivalWindowTests {
    private let now = MonotonicTime(nanoseconds: 1_000_000_000)

    @Test func `counts each packet once, over the wrap of numbers`() {
        var window = ArrivalWindow()
        for number in [65_533, 65_534, 65_535, 0, 1, 1, 65_535] as [UInt16] {
            _ = window.receive(number, isRetransmission: false, at: now)
        }
        #expect(window.received == 5)
        #expect(window.expected == 5)
        #expect(window.requests(at: now, roundTrip: .zero).isEmpty)
    }

    @Test func `asks for what is missing at once, again after a round trip, and gives up in the end`() {
        var window = ArrivalWindow()
        for number in [10, 11, 14] as [UInt16] {
            _ = window.receive(number, isRetransmission: false, at: now)
        }
        #expect(window.requests(at: now, roundTrip: .milliseconds(50)) == [12, 13])
        #expect(window.requests(at: now + .milliseconds(20), roundTrip: .milliseconds(50)).isEmpty)
        #expect(window.receive(12, isRetransmission: true, at: now) != nil)
        #expect(window.requests(at: now + .milliseconds(60), roundTrip: .milliseconds(50)) == [13])
        #expect(window.requests(at: now + .milliseconds(600), roundTrip: .milliseconds(50)).isEmpty)
        #expect(window.recovered == 1)
        #expect(window.lost == 1)
        #expect(!window.isWaiting)
    }

    @Test func `a jump of thousands is not waited for`() {
        var window = ArrivalWindow()
        _ = window.receive(1, isRetransmission: false, at: now)
        _ = window.receive(20_000, isRetransmission: false, at: now)
        #expect(window.requests(at: now, roundTrip: .zero).count <= 512)
        #expect(window.lost >= 19_000)
    }

    @Test func `a retransmission of what nobody has heard of is nothing`() {
        var window = ArrivalWindow()
        #expect(window.receive(5, isRetransmission: true, at: now) == nil)
        _ = window.receive(10, isRetransmission: false, at: now)
        #expect(window.receive(11, isRetransmission: true, at: now) == nil)
        #expect(window.received == 1)
    }
}
