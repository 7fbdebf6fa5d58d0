import RTP
import Testing

@Suite("Header extensions (RFC 8285 §4)")
struct HeaderExtensionTests {
    private struct Element: Equatable {
        var id: UInt8
        var value: [UInt8]
    }

    private func packet(profile: UInt16, _ body: [UInt8]) -> [UInt8] {
        [0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            + [UInt8(profile >> 8), UInt8(profile & 0xFF), 0, UInt8(body.count / 4)]
            + body + [0xFF]
    }

    private func elements(of packet: [UInt8]) throws -> [Element] {
        var reader = HeaderExtensionReader(try parse(packet))
        var elements: [Element] = []
        while let (id, value) = reader.next(in: packet.span) {
            elements.append(Element(id: id, value: Array(packet[value])))
        }
        #expect(reader.next(in: packet.span) == nil)
        return elements
    }

    @Test func `reads elements of one byte with padding between them`() throws {
        let packet = packet(profile: 0xBEDE, [0x10, 0xAA, 0, 0, 0x22, 1, 2, 3, 0xE1, 4, 5, 0])
        #expect(
            try elements(of: packet)
                == [
                    .init(id: 1, value: [0xAA]), .init(id: 2, value: [1, 2, 3]),
                    .init(id: 14, value: [4, 5]),
                ]
        )
    }

    @Test func `reads elements of two bytes, empty ones too`() throws {
        let packet = packet(profile: 0x1005, [1, 0, 0, 200, 3, 7, 8, 9, 15, 1, 6, 0])
        #expect(
            try elements(of: packet)
                == [.init(id: 1, value: []), .init(id: 200, value: [7, 8, 9]), .init(id: 15, value: [6])]
        )
    }

    @Test func `ends at identifier 15 of the one-byte form`() throws {
        let packet = packet(profile: 0xBEDE, [0x10, 0xAA, 0xF0, 1, 0x20, 2, 0, 0])
        #expect(try elements(of: packet) == [.init(id: 1, value: [0xAA])])
    }

    @Test func `passes over identifier 0 that has a length`() throws {
        let packet = packet(profile: 0xBEDE, [0x01, 9, 9, 0x10, 0xAA, 0, 0, 0])
        #expect(try elements(of: packet) == [.init(id: 1, value: [0xAA])])
    }

    @Test func `ends at an element that would leave the block`() throws {
        #expect(
            try elements(of: packet(profile: 0xBEDE, [0x10, 0xAA, 0x22, 1])) == [.init(id: 1, value: [0xAA])]
        )
        #expect(try elements(of: packet(profile: 0x1000, [1, 1, 7, 2])) == [.init(id: 1, value: [7])])
        #expect(try elements(of: packet(profile: 0x1000, [1, 3, 7, 2])).isEmpty)
    }

    @Test func `finds nothing in a profile that it does not know`() throws {
        #expect(try elements(of: packet(profile: 0xABAC, [0x10, 0xAA, 0, 0])).isEmpty)
        #expect(try elements(of: packet(profile: 0x1010, [1, 1, 7, 0])).isEmpty)
    }

    @Test func `finds nothing where there is no block`() throws {
        #expect(try elements(of: [0x80] + Array(repeating: 0x11, count: 20)).isEmpty)
    }

    @Test func `reads nothing behind a datagram that is shorter than the header said`() throws {
        let packet = packet(profile: 0xBEDE, [0x10, 0xAA, 0x22, 1, 2, 3, 0, 0])
        let header = try parse(packet)
        for count in 0...packet.count {
            var reader = HeaderExtensionReader(header)
            let short = Array(packet.prefix(count))
            while let (_, value) = reader.next(in: short.span) {
                #expect(value.upperBound <= count)
            }
        }
    }

    @Test func `keeps values inside the block whatever a bit says`() throws {
        for profile: UInt16 in [0xBEDE, 0x1000] {
            withFlippedBits(packet(profile: profile, [0x10, 0x0A, 0x22, 1, 2, 3, 0x31, 2])) { flipped in
                guard let header = try? parse(flipped) else { return }
                var reader = HeaderExtensionReader(header)
                while let (id, value) = reader.next(in: flipped.span) {
                    #expect(id != 0)
                    #expect(header.extensions.lowerBound <= value.lowerBound)
                    #expect(value.upperBound <= header.extensions.upperBound)
                }
            }
        }
    }

    @Test func `finds a value by its identifier`() throws {
        let packet = packet(profile: 0xBEDE, [0x10, 0xAA, 0x31, 0x12, 0x34, 0, 0, 0])
        let header = try parse(packet)
        let value = { header.extensionValue($0, in: packet.span) }
        let number = { header.transportSequenceNumber(id: $0, in: packet.span) }
        #expect(value(1) == 17..<18)
        #expect(value(2) == nil)
        #expect(number(3) == 0x1234)
        #expect(number(1) == nil)
    }

    @Test(
        arguments: [
            [(1, [1])],
            [(1, [1]), (14, Array(1...16))],
            [(15, [1])],
            [(1, [])],
            [(1, Array(1...17)), (255, Array(repeating: 3, count: 255))],
        ] as [[(UInt8, [UInt8])]]
    )
    func `writes the form that fits`(extensions: [(UInt8, [UInt8])]) throws {
        var bytes: [UInt8] = []
        RTPHeader.write(
            marker: false,
            payloadType: 96,
            sequenceNumber: 1,
            timestamp: 2,
            ssrc: 3,
            extensions: extensions.map { (id: $0.0, value: $0.1) },
            to: &bytes
        )
        #expect(try elements(of: bytes) == extensions.map { Element(id: $0.0, value: $0.1) })
    }

    @Test func `reads and makes absolute send times`() throws {
        #expect(AbsoluteSendTime(at: MonotonicTime(nanoseconds: 1_500_000_000)).rawValue == 0x06_0000)
        #expect(AbsoluteSendTime(at: milliseconds(64_000 + 1_500)).rawValue == 0x06_0000)
        let read = { (bytes: [UInt8]) in AbsoluteSendTime(parsing: bytes.span) }
        let early = try #require(read([0xFF, 0, 0]))
        let late = try #require(read([0x01, 0, 0]))
        #expect(late - early == .milliseconds(500))
        #expect(early - late == .milliseconds(-500))
        #expect(read([1, 2]) == nil)
    }

    @Test func `reads and makes audio levels`() throws {
        let read = { (bytes: [UInt8]) in AudioLevel(parsing: bytes.span) }
        let level = try #require(read([0x80 | 30]))
        #expect(level == AudioLevel(hasVoice: true, decibelsBelowFull: 30))
        #expect(level.rawValue == 0x9E)
        #expect(read([]) == nil)
    }

    @Test func `reads what a retransmission repeats`() throws {
        let packet: [UInt8] = [0x80, 97, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0x12, 0x34, 7, 8]
        let number = { (payload: ArraySlice<UInt8>) in RTX.originalSequenceNumber(in: Array(payload).span) }
        let header = try parse(packet)
        #expect(number(packet[header.payload]) == 0x1234)
        #expect(RTX.originalPayload(of: header) == 14..<16)
        let probe = try parse(Array(packet.prefix(13)))
        #expect(number(packet[probe.payload]) == nil)
        #expect(RTX.originalPayload(of: probe) == nil)
    }
}
