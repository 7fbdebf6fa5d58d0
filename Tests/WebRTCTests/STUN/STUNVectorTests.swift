import Testing

@testable import WebRTC

@Suite("STUN test vectors (RFC 5769)")
struct STUNVectorTests {
    static var password: HMACSHA1 { HMACSHA1(key: Array("VOkJxbRl1RmTxUk/WvJxBt".utf8)) }
    static let transactionID = STUNTransactionID(high: 0xB7E7_A701, low: 0xBC34_D686_FA87_DFAE)

    /// §2.1.
    static let request = hex(
        """
        0001 0058 2112a442 b7e7a701bc34d686fa87dfae 8022 0010 5354554e207465737420636c69656e74
        0024 0004 6e0001ff 8029 0008 932ff9b151263b36 0006 0009 6576746a3a68367659 202020
        0008 0014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 8028 0004 e57a3bcf
        """
    )
    /// §2.2.
    static let ipv4Response = hex(
        """
        0101 003c 2112a442 b7e7a701bc34d686fa87dfae 8022 000b 7465737420766563746f72 20
        0020 0008 0001a147e112a643 0008 0014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 8028 0004 c07d4c96
        """
    )
    /// §2.3.
    static let ipv6Response = hex(
        """
        0101 0048 2112a442 b7e7a701bc34d686fa87dfae 8022 000b 7465737420766563746f72 20
        0020 0014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
        0008 0014 a382954e4be67bf11784c97c8292c275bfe3ed41 8028 0004 c8fb0b4c
        """
    )

    @Test func `the sample request parses and is authentic`() throws {
        let message = try STUNMessage(Self.request)
        #expect(message.messageClass == .request)
        #expect(message.method == STUNMessage.binding)
        #expect(message.transactionID == Self.transactionID)
        #expect(message.priority == 0x6E00_01FF)
        #expect(message.controlled == 0x932F_F9B1_5126_3B36)
        #expect(message.controlling == nil)
        #expect(message.hasFingerprint)
        #expect(message.unknownAttributes.isEmpty)
        let username = try #require(message.username)
        #expect(Array(Self.request[username]) == Array("evtj:h6vY".utf8))
        #expect(message.isAuthentic(in: Self.request, key: Self.password))
        #expect(!message.isAuthentic(in: Self.request, key: HMACSHA1(key: [1])))
        #expect(STUNMessage.localUfrag(of: Self.request) == "evtj")
    }

    @Test(arguments: [
        (ipv4Response, TransportAddress(ip: "192.0.2.1", port: 32_853)),
        (ipv6Response, TransportAddress(ip: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853)),
    ])
    func `the sample responses tell the mapped address`(bytes: [UInt8], address: TransportAddress?) throws {
        let message = try STUNMessage(bytes)
        #expect(message.messageClass == .success)
        #expect(message.mappedAddress == address)
        #expect(message.isAuthentic(in: bytes, key: Self.password))
        #expect(message.hasFingerprint)
    }

    @Test func `what we write is what the samples say`() throws {
        for (sample, ip) in [
            (Self.ipv4Response, "192.0.2.1"), (Self.ipv6Response, "2001:db8:1234:5678:11:2233:4455:6677"),
        ] {
            var writer = STUNWriter(.success, transactionID: Self.transactionID)
            // The samples pad with a blank, we pad with zeros: the value takes it in.
            writer.add(0x8022, Array("test vector".utf8))
            writer.addMappedAddress(try #require(TransportAddress(ip: ip, port: 32_853)))
            let mapped = sample.count - 32
            #expect(Array(writer.bytes[36...]) == Array(sample[36..<mapped]))
            writer.addIntegrity(Self.password)
            writer.addFingerprint()
            let message = try STUNMessage(writer.bytes)
            #expect(message.isAuthentic(in: writer.bytes, key: Self.password))
            #expect(writer.bytes.count == sample.count)
            #expect(Array(writer.bytes[..<20]) == Array(sample[..<20]))
        }
    }
}
