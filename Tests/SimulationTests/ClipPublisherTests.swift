import RTP
import Testing
import WebRTC

@testable import Simulation

@Suite("Publishing a clip")
struct ClipPublisherTests {
    /// A publisher and everything that it has sent, in virtual time.
    private struct Run {
        struct Sent {
            var at: MonotonicTime
            var tag: PacketTag
            var header: RTPHeader
            var bytes: [UInt8]
            var payload: [UInt8] { Array(bytes[header.payload]) }
            var startsKeyFrame: Bool { PayloadInspection.inspect(payload.span, codec: .vp8).startsKeyFrame }
            var original: UInt16? { RTX.originalSequenceNumber(in: payload.span) }
            var transportNumber: UInt16? { header.transportSequenceNumber(id: 3, in: bytes.span) }
            var hasMID: Bool { header.extensionValue(4, in: bytes.span) != nil }
        }

        static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
        var publisher: ClipPublisher
        var now = Run.start
        var sent: [Sent] = []
        var reports: [[UInt8]] = []

        init(_ codec: Codec = .vp8, tracks: [NegotiatedTrack]? = nil) throws {
            publisher = ClipPublisher(
                clip: PacketizedClip(try .bundled(codec)),
                tracks: try tracks ?? Negotiation(codec).sent,
                cname: "test",
                seed: 7,
                at: now
            )
        }

        mutating func run(for duration: Duration) throws {
            let end = now + duration
            while publisher.nextDeadline <= end {
                now = max(now, publisher.nextDeadline)
                publisher.advance(to: now)
                var bytes: [UInt8] = []
                while let tag = publisher.nextPacket(at: now, into: &bytes) {
                    let header = try RTPHeader(parsing: bytes.span)
                    sent.append(Sent(at: now, tag: tag, header: header, bytes: bytes))
                    bytes = []
                }
                reports += publisher.reports(at: now, wall: NTPTime(seconds: 1, fraction: 0))
            }
            now = end
        }

        func of(_ ssrc: UInt32) -> [Sent] { sent.filter { $0.header.ssrc == ssrc } }
    }

    private static let audio: UInt32 = 1_000
    private static let video: UInt32 = 1_002
    private static let rtx: UInt32 = 1_003

    @Test(arguments: [Codec.vp8, .h264])
    func `every frame goes out once, numbered without gaps, in packets of at most 1200 bytes`(
        codec: Codec
    ) throws {
        var run = try Run(codec)
        try run.run(for: .seconds(10))
        let video = run.of(Self.video)
        #expect(video.filter(\.header.marker).count == 300)
        #expect(run.of(Self.audio).count == 501)
        for sent in [video, run.of(Self.audio)] {
            let indices = sent.map(\.tag.packetIndex)
            #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 + 1 == $1 })
            #expect(sent.allSatisfy { UInt16($0.tag.packetIndex & 0xFFFF) == $0.header.sequenceNumber })
        }
        #expect(run.sent.allSatisfy { $0.bytes.count <= 1_200 })
        #expect(video[0].header.sequenceNumber < 0x8000)
        let timestamps = video.filter(\.header.marker).map(\.header.timestamp)
        let steps = zip(timestamps, timestamps.dropFirst()).map { $1 &- $0 }
        #expect(steps.allSatisfy { (2_880...3_150).contains($0) })
        // One number over all packets of the transport.
        let numbers = run.sent.map(\.transportNumber)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0.map { $0 &+ 1 } == $1 })
        #expect(run.sent.allSatisfy { $0.hasMID })
    }

    @Test func `picture numbers go on over the end of the clip`() throws {
        var run = try Run()
        try run.run(for: .seconds(17))
        let numbers = run.of(Self.video).filter(\.header.marker)
            .map { VP8Payload(parsing: $0.payload.span)?.pictureID }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0.map { ($0 + 1) & 0x7FFF } == $1 })
    }

    @Test func `packets leave in bursts five milliseconds apart, sound at once`() throws {
        var run = try Run()
        try run.run(for: .seconds(4))
        let times = Set(run.of(Self.video).map(\.at.nanoseconds)).sorted()
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 4_000_000 })
        let largest = Dictionary(grouping: run.of(Self.video), by: \.at).values.map(\.count).max()
        #expect(try #require(largest) <= 3)
        for packet in run.of(Self.audio) {
            #expect(packet.at.nanoseconds(since: Run.start) % 20_000_000 == 0)
        }
    }

    @Test func `a request brings a key frame with the next frame, and one answers all for 300 ms`() throws {
        var run = try Run()
        try run.run(for: .milliseconds(700))
        let before = run.sent.count
        for _ in 0..<3 {
            run.publisher.receive(
                .pictureLossIndication(PictureLossIndication(sender: 1, media: Self.video)),
                at: run.now
            )
        }
        try run.run(for: .milliseconds(40))
        let video = run.sent[before...].filter { $0.header.ssrc == Self.video }
        let first = try #require(video.first)
        #expect(first.startsKeyFrame)
        run.publisher.receive(
            .pictureLossIndication(PictureLossIndication(sender: 1, media: Self.video)),
            at: run.now
        )
        try run.run(for: .milliseconds(500))
        #expect(run.publisher.figures.keyFrames == 2)
        #expect(run.publisher.figures.keyFrameRequests == 4)
        run.publisher.receive(
            .pictureLossIndication(PictureLossIndication(sender: 1, media: 99)),
            at: run.now
        )
        try run.run(for: .milliseconds(100))
        #expect(run.publisher.figures.keyFrames == 2)
    }

    @Test func `a command that is repeated under its number is one command`() throws {
        var run = try Run()
        try run.run(for: .milliseconds(500))
        for number: UInt8 in [4, 4, 5] {
            run.publisher.receive(
                .fullIntraRequest(
                    FullIntraRequest(sender: 1, entries: [.init(ssrc: Self.video, sequenceNumber: number)])
                ),
                at: run.now
            )
            try run.run(for: .milliseconds(400))
        }
        #expect(run.publisher.figures.keyFrameRequests == 2)
        #expect(run.publisher.figures.keyFrames == 3)
    }

    @Test func `what is asked for comes again on the source of retransmissions`() throws {
        var run = try Run()
        try run.run(for: .seconds(1))
        let lost = Array(run.of(Self.video).suffix(3))
        run.publisher.receive(
            .nack(
                GenericNACK(sender: 1, media: Self.video, sequenceNumbers: lost.map(\.header.sequenceNumber))
            ),
            at: run.now
        )
        try run.run(for: .milliseconds(20))
        let again = run.of(Self.rtx)
        #expect(again.count == 3)
        for (packet, original) in zip(again, lost) {
            #expect(packet.header.payloadType == 97)
            #expect(packet.header.timestamp == original.header.timestamp)
            #expect(packet.header.marker == original.header.marker)
            #expect(packet.original == original.header.sequenceNumber)
            #expect(Array(packet.payload.dropFirst(2)) == original.payload)
        }
        #expect(again.map(\.tag.packetIndex).map { $0 - again[0].tag.packetIndex } == [0, 1, 2])
    }

    @Test func `without RTX the same bytes come again, of sound as well`() throws {
        var run = try Run(tracks: Negotiation(.vp8).sentWithoutRTX)
        try run.run(for: .seconds(1))
        for source in [Self.video, Self.audio] {
            let lost = run.of(source)[5]
            run.publisher.receive(
                .nack(
                    GenericNACK(sender: 1, media: source, sequenceNumbers: [lost.header.sequenceNumber])
                ),
                at: run.now
            )
            let before = run.sent.count
            try run.run(for: .milliseconds(15))
            let again = try #require(run.sent[before...].first { $0.tag.packetIndex == lost.tag.packetIndex })
            #expect(again.bytes == lost.bytes)
            #expect(again.tag == lost.tag)
        }
    }

    @Test func `what was never sent or is long gone is not sent`() throws {
        var run = try Run()
        try run.run(for: .seconds(1))
        let next = run.of(Self.video).last.map { $0.header.sequenceNumber &+ 100 }
        run.publisher.receive(
            .nack(GenericNACK(sender: 1, media: Self.video, sequenceNumbers: [try #require(next)])),
            at: run.now
        )
        run.publisher.receive(
            .nack(GenericNACK(sender: 1, media: 77, sequenceNumbers: [1, 2, 3])),
            at: run.now
        )
        try run.run(for: .milliseconds(100))
        #expect(run.of(Self.rtx).isEmpty)
    }

    @Test func `each source reports once a second what it has sent`() throws {
        var run = try Run()
        try run.run(for: .milliseconds(3_500))
        var reports: [UInt32: [SenderReport]] = [:]
        for compound in run.reports {
            var reader = RTCPReader()
            guard case .senderReport(let report) = try reader.next(in: compound.span) else {
                Issue.record("a compound packet begins with its report")
                continue
            }
            guard case .sourceDescription(let names) = try reader.next(in: compound.span) else {
                Issue.record("the name follows")
                continue
            }
            #expect(names.chunks == [.init(ssrc: report.ssrc, cname: "test")])
            reports[report.ssrc, default: []].append(report)
        }
        #expect(reports.mapValues(\.count) == [Self.video: 4, Self.audio: 4])
        let audio = try #require(reports[Self.audio])
        #expect(audio[1].rtpTimestamp &- audio[0].rtpTimestamp == 48_000)
        #expect((149...152).contains(audio[3].packetCount))
    }

    @Test func `a process that was stopped for long begins again with a key frame`() throws {
        var run = try Run()
        try run.run(for: .milliseconds(500))
        let before = run.sent.count
        run.now = run.now + .seconds(60)
        run.publisher.advance(to: run.now)
        try run.run(for: .milliseconds(50))
        let video = run.sent[before...].filter { $0.header.ssrc == Self.video }
        let first = try #require(video.first)
        #expect(first.startsKeyFrame)
        #expect(run.sent.count - before < 30)
    }

    @Test func `who finishes sends what waits, and answers requests, but takes nothing more`() throws {
        var run = try Run()
        try run.run(for: .milliseconds(510))
        run.publisher.finish()
        let frames = run.publisher.figures.frames
        try run.run(for: .seconds(2))
        #expect(frames > 0 && run.publisher.figures.frames == frames)
        let video = run.of(Self.video)
        #expect(video.count { $0.header.marker } == Int(frames))
        let last = try #require(video.last?.header.sequenceNumber)
        run.publisher.receive(
            .nack(GenericNACK(sender: 1, media: Self.video, sequenceNumbers: [last])),
            at: run.now
        )
        try run.run(for: .milliseconds(20))
        #expect(run.of(Self.rtx).last?.original == last)
    }
}
