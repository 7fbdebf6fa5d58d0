import RTP
import Testing

@testable import Simulation

@Suite("Payload formats (RFC 7741, RFC 6184)")
struct PacketizedClipTests {
    @Test func `parts are as few as can be, and differ by a byte at most`() {
        for length in 1...4_000 {
            let parts = PayloadWriter.parts(of: 7..<7 + length, maximum: 1_156)
            #expect(parts.count == (length + 1_155) / 1_156)
            #expect(parts.first?.lowerBound == 7)
            #expect(parts.last?.upperBound == 7 + length)
            #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            let lengths = parts.map(\.count)
            #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
        }
    }

    @Test func `the payloads of VP8 put together are the frame, and only the first begins it`() throws {
        let clip = try Clip.bundled(.vp8)
        let cut = PacketizedClip(clip)
        #expect(cut.frames.contains { $0.payloads.count > 3 })
        for (frame, source) in zip(cut.frames, clip.frames) {
            var whole: [UInt8] = []
            for index in frame.payloads {
                let payload = Array(cut.bytes[cut.payloads[index]])
                #expect(payload.count <= PacketizedClip.maximumPayload)
                let parsed = VP8Payload(parsing: payload.span)
                let descriptor = try #require(parsed)
                #expect(descriptor.length == 4)
                #expect(descriptor.pictureID == 0)
                #expect(descriptor.startsFrame == (index == frame.payloads.lowerBound))
                let inspection = PayloadInspection.inspect(payload.span, codec: .vp8)
                #expect(inspection.startsKeyFrame == (descriptor.startsFrame && frame.isKey))
                whole += payload.dropFirst(descriptor.length)
            }
            #expect(source.parts.map { Array(clip.bytes[$0]) } == [whole])
        }
    }

    @Test func `a picture number is written with fifteen bits`() {
        var packet: [UInt8] = [9, 9] + VP8Descriptor.bytes(startsFrame: true) + [0]
        for number: UInt16 in [0x7FFE, 5] {
            VP8Descriptor.setPictureID(number, in: &packet, at: 2)
            let payload = VP8Payload(parsing: Array(packet[2...]).span)
            #expect(payload?.pictureID == number)
        }
    }

    @Test func `the payloads of H264 put together are the NAL units, parameter sets in one packet`() throws {
        let clip = try Clip.bundled(.h264)
        let cut = PacketizedClip(clip)
        for (frame, source) in zip(cut.frames, clip.frames) {
            let payloads = frame.payloads.map { Array(cut.bytes[cut.payloads[$0]]) }
            #expect(payloads.allSatisfy { $0.count <= PacketizedClip.maximumPayload })
            #expect(try units(payloads) == source.parts.map { Array(clip.bytes[$0]) })
            let starts = payloads.map { PayloadInspection.inspect($0.span, codec: .h264) }
            #expect(starts.map(\.startsKeyFrame).filter(\.self).count == (frame.isKey ? 1 : 0))
            #expect(starts[0].startsFrame)
        }
    }

    /// RFC 6184 §5.6 to 5.8, backwards.
    private func units(_ payloads: [[UInt8]]) throws -> [[UInt8]] {
        var units: [[UInt8]] = []
        for payload in payloads {
            switch payload[0] & 31 {
            case 24:
                var rest = payload.dropFirst()
                while !rest.isEmpty {
                    let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
                    units.append(Array(rest.dropFirst(2).prefix(length)))
                    rest = rest.dropFirst(2 + length)
                }
            case 28:
                if payload[1] & 0x80 != 0 { units.append([payload[0] & 0xE0 | payload[1] & 31]) }
                try #require(!units.isEmpty)
                units[units.count - 1] += payload[2...]
            default: units.append(payload)
            }
        }
        return units
    }
}
