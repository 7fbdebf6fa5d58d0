import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Tracks of hostile senders")
struct HostileTrackTests {
    /// Looks at what is given, as a muxer would.
    private struct Muxer {
        var mayDecode = false
        var frames = 0

        mutating func take(_ elements: [FrameAssembler.Element], _ assembler: FrameAssembler) {
            for element in elements {
                switch element {
                case .gap(let packets):
                    #expect(packets > 0)
                    mayDecode = false
                case .frame(let frame): take(frame)
                }
            }
            #expect(assembler.counters.frames == frames)
        }

        private mutating func take(_ frame: DepacketizedFrame) {
            frames += 1
            #expect(!frame.bytes.isEmpty)
            #expect(frame.bytes.count <= VideoAssembler.mostBytes + 65_536)
            #expect((frame.configuration != nil) == frame.isKeyFrame)
            guard frame.codec.isVideo else {
                #expect(frame.isKeyFrame)
                #expect((120...5_760).contains(frame.duration ?? 0))
                return
            }
            mayDecode = mayDecode || frame.isKeyFrame
            #expect(mayDecode)
            if frame.isKeyFrame {
                #expect((1...65_536).contains(frame.size?.width ?? 0))
                #expect((1...65_536).contains(frame.size?.height ?? 0))
                #expect(frame.configuration == .vp8 || frame.configuration?.record != nil)
            }
            switch frame.codec {
            case .h264: #expect(Self.areUnits(frame.bytes))
            case .av1: #expect(Self.areSizedUnits(frame.bytes))
            default: break
            }
        }

        private static func areUnits(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                guard length > 0, rest.count >= 4 + length else { return false }
                let type = rest[rest.startIndex + 4] & 0x1F
                guard (1...23).contains(type), type != 9, type != 12 else { return false }
                rest = rest.dropFirst(4 + length)
            }
            return true
        }

        private static func areSizedUnits(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while let header = rest.first {
                guard header & 2 != 0, let unit = AV1Unit(parsing: rest) else { return false }
                guard ![2, 8, 15].contains(unit.kind) else { return false }
                rest = rest[unit.payload.endIndex...]
            }
            return true
        }
    }

    private static func captured() throws -> [TrackPacket] {
        try Capture.vp8.track(.vp8) + Capture.vp9.track(.vp9) + Capture.h264.track(.h264)
            + Capture.av1.track(.av1) + Capture.opus.track(.opus)
    }

    private static func mutate(_ packet: inout TrackPacket, _ random: inout SplitMix64) {
        switch random.next() % 12 {
        case 0, 1, 2:
            guard !packet.payload.isEmpty else { return }
            // The first bytes decide.
            let range = UInt64(random.next() % 2 == 0 ? min(packet.payload.count, 12) : packet.payload.count)
            packet.payload[Int(random.next() % range)] ^= 1 << UInt8(random.next() % 8)
        case 3: packet.payload = Array(packet.payload.prefix(Int(random.next() % 20)))
        case 4:
            packet.payload = (0..<random.next() % 40).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 5: packet.marker.toggle()
        case 6: packet.timestamp &+= UInt32(truncatingIfNeeded: random.next() % 3 &* 0x7FFF_FFFF)
        case 7: packet.index &+= Int64(random.next() % 4) - 2
        case 8: packet.codec = Codec.allCases[Int(random.next() % 6)]
        case 9: packet.arrival = packet.arrival + .milliseconds(Int64(random.next() % 1_200) - 300)
        case 10: packet.payload += packet.payload
        default: break
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `mutated streams end in frames that can be muxed, or in none`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var assembler = FrameAssembler()
        var muxer = Muxer()
        let period = 1 + random.next() % 20
        for (position, captured) in try Self.captured().enumerated() {
            var packet = captured
            packet.index = Int64(position)
            packet.arrival = milliseconds(Int64(position) * 5)
            if random.next() % period == 0 { Self.mutate(&packet, &random) }
            if random.next() % 40 == 0 { continue }
            muxer.take(assembler.receive(packet), assembler)
            if random.next() % 30 == 0 { muxer.take(assembler.advance(to: packet.arrival), assembler) }
        }
        muxer.take(assembler.finish(), assembler)
        #expect(assembler.nextDeadline == nil)
    }

    @Test(arguments: Codec.allCases)
    func `noise ends in nothing that a muxer cannot take`(codec: Codec) {
        var random = SplitMix64(seed: UInt64(codec.rawValue.utf8.count))
        var assembler = FrameAssembler()
        var muxer = Muxer()
        for index in Int64(0)..<3_000 {
            let count = random.next() % 24
            let payload = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let noise = packet(
                random.next() % 50 == 0 ? Int64(bitPattern: random.next()) >> 20 : index,
                UInt32(truncatingIfNeeded: random.next() % 3 == 0 ? random.next() : UInt64(index)),
                marker: random.next() % 2 == 0,
                codec: codec,
                at: index,
                payload
            )
            muxer.take(assembler.receive(noise), assembler)
        }
        muxer.take(assembler.finish(), assembler)
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .av1])
    func `every bit of a first packet may be wrong, and every byte of it missing`(codec: Codec) throws {
        let track = try Self.captured().filter { $0.codec == codec }
        let first = track[0]
        let rest = track.prefix(12).dropFirst()
        for position in first.payload.indices.prefix(64) {
            for bit in 0..<9 {
                var changed = first
                if bit == 8 {
                    changed.payload = Array(first.payload.prefix(position))
                } else {
                    changed.payload[position] ^= 1 << bit
                }
                var assembler = FrameAssembler()
                var muxer = Muxer()
                muxer.take(assembler.all([changed] + rest), assembler)
            }
        }
    }
}
