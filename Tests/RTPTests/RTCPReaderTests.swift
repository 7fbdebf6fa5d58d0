import RTP
import Testing

@Suite("Compound RTCP (RFC 3550 §6.1, RFC 5506)")
struct RTCPReaderTests {
    private let report = RTCPPacket.receiverReport(ReceiverReport(ssrc: 1))
    private let description = RTCPPacket.sourceDescription(
        SourceDescription(chunks: [.init(ssrc: 1, cname: "porthole")])
    )
    private let request = RTCPPacket.pictureLossIndication(PictureLossIndication(sender: 1, media: 2))

    @Test func `reads packets in their order and then ends`() throws {
        let bytes = written(report) + written(description) + written(request)
        var reader = RTCPReader()
        let next = { try reader.next(in: bytes.span) }
        #expect(try next() == report)
        #expect(try next() == description)
        #expect(try next() == request)
        #expect(try next() == nil)
        #expect(try next() == nil)
    }

    @Test func `reads a request that comes alone`() throws {
        #expect(try readOne(written(request)) == request)
    }

    @Test func `ends at once in an empty datagram`() throws {
        #expect(try readOne([]) == nil)
    }

    @Test func `passes over types and formats that it does not know`() {
        let application: [UInt8] = [0x85, 204, 0, 2, 0, 0, 0, 1, 65, 66, 67, 68]
        let feedback: [UInt8] = [0x8B, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
        let loss: [UInt8] = [0x8F, 206, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 65, 66, 67, 68]
        let (packets, errors) = readTolerantly(application + feedback + loss + written(request))
        #expect(
            packets == [
                .other(type: 204, format: 5), .other(type: 206, format: 11), .other(type: 206, format: 15),
                request,
            ]
        )
        #expect(errors.isEmpty)
    }

    @Test func `reports a malformed packet and reads on behind it`() {
        let short: [UInt8] = [0x81, 206, 0, 1, 0, 0, 0, 1]
        let (packets, errors) = readTolerantly(written(report) + short + written(request))
        #expect(packets == [report, request])
        #expect(errors == [.malformed(type: 206, format: 1)])
    }

    @Test func `ends where a length cannot be believed`() {
        let (packets, errors) = readTolerantly(written(report) + [0x81, 206, 0, 9, 0, 0, 0, 1])
        #expect(packets == [report])
        #expect(errors == [.truncatedPacket])
    }

    @Test func `ends at another version`() {
        let (packets, errors) = readTolerantly(written(report) + [0x41, 206, 0, 0] + written(request))
        #expect(packets == [report])
        #expect(errors == [.unsupportedVersion(1)])
    }

    @Test func `takes padding off, any count of bytes and in any packet`() {
        var padded = written(request)
        padded[0] |= 0x20
        padded[3] += 1
        for count: UInt8 in [4, 3, 2, 1] {
            // Behind the packet only whole words of padding can be: the rest is content that is not read.
            let (packets, errors) = readTolerantly(padded + [0, 0, 0, count] + written(report))
            #expect(packets == [request, report])
            #expect(errors.isEmpty)
        }
    }

    @Test(arguments: [0, 13, 255] as [UInt8])
    func `refuses padding of none, and of more than there is`(count: UInt8) {
        var padded = written(request)
        padded[0] |= 0x20
        padded[3] += 1
        let (packets, errors) = readTolerantly(padded + [0, 0, 0, count] + written(report))
        #expect(packets == [report])
        #expect(errors == [.invalidPadding])
    }
}
