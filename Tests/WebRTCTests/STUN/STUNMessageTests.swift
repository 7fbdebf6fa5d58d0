import Testing

@testable import WebRTC

@Suite("STUN messages (RFC 8489 §5, §14)")
struct STUNMessageTests {
    private let sample = STUNVectorTests.request
    private let key = STUNVectorTests.password

    @Test func `a message cut at any length is refused`() {
        for length in 0..<sample.count {
            #expect(throws: STUNError.self) {
                _ = try STUNMessage(Array(sample[..<length]))
            }
        }
    }

    @Test func `no flipped bit leaves a message authentic`() {
        for bit in 0..<sample.count * 8 {
            var bytes = sample
            bytes[bit / 8] ^= 1 << (bit % 8)
            guard let message = try? STUNMessage(bytes) else { continue }
            // Nothing is let through: the checksum would have had to miss it.
            #expect(!message.isAuthentic(in: bytes, key: key) || !message.hasFingerprint)
        }
    }

    @Test func `attributes behind the integrity are not believed`() throws {
        var writer = STUNWriter(.request, transactionID: STUNTransactionID(high: 1, low: 2))
        writer.add(STUNAttribute.username, Array("abcd:efgh".utf8))
        writer.addIntegrity(key)
        writer.add(STUNAttribute.useCandidate)
        writer.addFingerprint()
        let message = try STUNMessage(writer.bytes)
        #expect(!message.usesCandidate)
        #expect(message.isAuthentic(in: writer.bytes, key: key))
    }

    @Test func `a checksum is the last attribute or none`() {
        var writer = STUNWriter(.request, transactionID: STUNTransactionID(high: 1, low: 2))
        writer.addFingerprint()
        writer.add(STUNAttribute.useCandidate)
        #expect(throws: STUNError.malformedAttribute(type: STUNAttribute.fingerprint)) {
            _ = try STUNMessage(writer.bytes)
        }
    }

    @Test func `attributes of the wrong length are refused`() {
        let attributes: [(UInt16, Int)] = [
            (STUNAttribute.priority, 3), (STUNAttribute.useCandidate, 4), (STUNAttribute.iceControlled, 4),
            (STUNAttribute.iceControlling, 9), (STUNAttribute.messageIntegrity, 32),
            (STUNAttribute.errorCode, 3), (STUNAttribute.xorMappedAddress, 4),
            (STUNAttribute.xorMappedAddress, 20), (STUNAttribute.username, 514),
            (STUNAttribute.fingerprint, 8),
        ]
        for (type, length) in attributes {
            var writer = STUNWriter(.request, transactionID: STUNTransactionID(high: 1, low: 2))
            writer.add(type, [UInt8](repeating: 1, count: length))
            #expect(throws: STUNError.malformedAttribute(type: type)) {
                _ = try STUNMessage(writer.bytes)
            }
        }
    }

    @Test func `an attribute that reaches past the message is refused`() {
        var writer = STUNWriter(.request, transactionID: STUNTransactionID(high: 1, low: 2))
        writer.add(STUNAttribute.username, Array("abcd".utf8))
        var bytes = writer.bytes
        bytes[23] = 5
        #expect(throws: STUNError.truncatedAttribute(type: STUNAttribute.username)) {
            _ = try STUNMessage(bytes)
        }
        #expect(STUNMessage.localUfrag(of: bytes) == nil)
    }

    @Test func `what has to be understood and is not is listed, eight at most`() throws {
        var writer = STUNWriter(.request, transactionID: STUNTransactionID(high: 1, low: 2))
        for type in 0x7000..<0x700C {
            writer.add(UInt16(type), [1])
        }
        // May be ignored.
        writer.add(0xC057, [1, 2, 3, 4])
        let message = try STUNMessage(writer.bytes)
        #expect(message.unknownAttributes == (0x7000..<0x7008).map { UInt16($0) })
    }

    @Test(arguments: [
        ("abcd:efgh", "abcd"), ("abcd:", "abcd"), ("abcd:e:f", "abcd"), ("abc:efgh", nil), ("abcdefgh", nil),
        ("", nil), (":abcd", nil), ("ab+/:efgh", "ab+/"), ("ab d:efgh", nil), ("abcdé:efgh", nil),
    ])
    func `the receiver's part of a user name is found`(username: String, ufrag: String?) {
        var writer = STUNWriter(.request, transactionID: STUNTransactionID(high: 1, low: 2))
        writer.add(STUNAttribute.priority, uint32: 1)
        writer.add(STUNAttribute.username, Array(username.utf8))
        #expect(STUNMessage.localUfrag(of: writer.bytes) == ufrag)
    }

    @Test func `only Binding requests name a receiver`() {
        var writer = STUNWriter(.success, transactionID: STUNTransactionID(high: 1, low: 2))
        writer.add(STUNAttribute.username, Array("abcd:efgh".utf8))
        #expect(STUNMessage.localUfrag(of: writer.bytes) == nil)
        for length in 0..<sample.count {
            _ = STUNMessage.localUfrag(of: Array(sample[..<length]))
        }
    }
}
