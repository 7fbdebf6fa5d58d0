/// Writes a STUN message, attribute by attribute.
///
/// RFC 8489 §5, §14.
struct STUNWriter {
    private(set) var bytes: [UInt8] = []
    private let transactionID: STUNTransactionID

    init(_ messageClass: STUNMessage.Class, transactionID: STUNTransactionID) {
        self.transactionID = transactionID
        bytes.reserveCapacity(128)
        bytes.append(uint16: STUNMessage.binding | messageClass.rawValue)
        bytes.append(uint16: 0)
        bytes.append(uint32: STUNMessage.magicCookie)
        bytes.append(uint32: transactionID.high)
        bytes.append(uint64: transactionID.low)
    }

    mutating func add(_ type: UInt16, _ value: [UInt8] = []) {
        bytes.append(uint16: type)
        bytes.append(uint16: UInt16(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
        while bytes.count & 3 != 0 { bytes.append(0) }
        setLength(bytes.count - STUNMessage.headerLength)
    }

    mutating func add(_ type: UInt16, uint32 value: UInt32) {
        var encoded: [UInt8] = []
        encoded.append(uint32: value)
        add(type, encoded)
    }

    mutating func add(_ type: UInt16, uint64 value: UInt64) {
        var encoded: [UInt8] = []
        encoded.append(uint64: value)
        add(type, encoded)
    }

    /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2).
    mutating func addMappedAddress(_ address: TransportAddress) {
        var value: [UInt8] = [0, address.isIPv6 ? 2 : 1]
        value.append(uint16: address.port ^ UInt16(STUNMessage.magicCookie >> 16))
        if let ipv4 = address.ipv4 {
            value.append(uint32: ipv4 ^ STUNMessage.magicCookie)
        } else {
            let mask = UInt64(STUNMessage.magicCookie) << 32 | UInt64(transactionID.high)
            value.append(uint64: address.high ^ mask)
            value.append(uint64: address.low ^ transactionID.low)
        }
        add(STUNAttribute.xorMappedAddress, value)
    }

    /// ERROR-CODE (RFC 8489 §14.8).
    mutating func addError(_ code: Int, _ reason: String) {
        add(STUNAttribute.errorCode, [0, 0, UInt8(code / 100), UInt8(code % 100)] + Array(reason.utf8))
    }

    /// MESSAGE-INTEGRITY over all so far (RFC 8489 §14.5).
    mutating func addIntegrity(_ key: HMACSHA1) {
        setLength(bytes.count - STUNMessage.headerLength + 4 + HMACSHA1.byteCount)
        let code = key.code(over: bytes.span, [UInt8]().span)
        add(STUNAttribute.messageIntegrity, code.bytes)
    }

    /// FINGERPRINT over all so far; the last attribute (RFC 8489 §14.7).
    mutating func addFingerprint() {
        setLength(bytes.count - STUNMessage.headerLength + 8)
        add(STUNAttribute.fingerprint, uint32: CRC32.checksum(bytes.span) ^ CRC32.stunMask)
    }

    private mutating func setLength(_ length: Int) {
        bytes[2] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[3] = UInt8(truncatingIfNeeded: length)
    }
}
