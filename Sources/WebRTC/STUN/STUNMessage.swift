/// A STUN message: its header and the attributes that ICE uses.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0|  class and method         |     length without header     |
/// |                     magic cookie 0x2112A442                   |
/// |                     transaction ID (96 bits)                  |
/// |      attribute type           |      length without padding   |
/// |                     value, padded to 4 bytes                  |
/// ```
///
/// A plain value: text stays in the buffer, and ranges count from the start of the datagram. RFC 8489 §5, §14.
public struct STUNMessage: Equatable, Sendable {
    /// What a message is to its transaction.
    public enum Class: UInt16, Sendable {
        /// Asks for an answer.
        case request = 0x000
        /// Asks for none.
        case indication = 0x010
        /// Answers a request.
        case success = 0x100
        /// Refuses a request.
        case error = 0x110
    }

    /// The length of the header in bytes.
    public static let headerLength = 20
    /// The method of connectivity checks (RFC 8489 §3).
    public static let binding: UInt16 = 0x001

    static let magicCookie: UInt32 = 0x2112_A442
    static let classMask: UInt16 = 0x0110
    /// More unknown attributes are not listed in an answer; the answer must not outgrow the question anyway.
    static let maximumUnknownAttributes = 8

    /// Request, indication or response.
    public var messageClass: Class
    /// The method, 12 bits, in the place that the header gives its bits.
    public var method: UInt16
    /// What a response repeats.
    public var transactionID: STUNTransactionID
    /// Where the value of USERNAME lies: of a request `ufrag of the receiver:ufrag of the sender`.
    public var username: Range<Int>?
    /// The priority that a peer-reflexive candidate would get (RFC 8445 §7.1.1).
    public var priority: UInt32?
    /// Whether the controlling agent nominates this pair (RFC 8445 §7.1.2).
    public var usesCandidate = false
    /// The tie-breaker of a sender that believes to be controlling (RFC 8445 §7.1.3).
    public var controlling: UInt64?
    /// The tie-breaker of a sender that believes to be controlled.
    public var controlled: UInt64?
    /// The address that the other end saw a request come from.
    public var mappedAddress: TransportAddress?
    /// Of an error response: 300 to 699.
    public var errorCode: Int?
    /// Attributes that a receiver would have to understand, and that we do not: the first eight of them.
    public var unknownAttributes: [UInt16] = []
    /// Where the attribute MESSAGE-INTEGRITY begins; what follows it is not trusted (RFC 8489 §14.5).
    public var integrityOffset: Int?
    /// Whether there was a checksum; it was right.
    public var hasFingerprint = false

    /// Reads the message that fills `datagram`.
    ///
    /// - Throws: Any case of `STUNError`.
    public init(parsing datagram: Span<UInt8>) throws(STUNError) {
        let count = datagram.count
        guard count >= Self.headerLength else { throw .truncatedHeader }
        let type = datagram.uint16(at: 0)
        guard type >> 14 == 0, datagram.uint32(at: 4) == Self.magicCookie else { throw .notSTUN }
        let length = Int(datagram.uint16(at: 2))
        guard length == count &- Self.headerLength, length & 3 == 0,
            let messageClass = Class(rawValue: type & Self.classMask)
        else { throw .wrongLength }
        self.messageClass = messageClass
        method = type & ~Self.classMask
        transactionID = STUNTransactionID(high: datagram.uint32(at: 8), low: datagram.uint64(at: 12))
        try readAttributes(datagram)
    }

    private mutating func readAttributes(_ datagram: Span<UInt8>) throws(STUNError) {
        let count = datagram.count
        var offset = Self.headerLength
        // The length is a multiple of four, so an attribute's own header is never cut.
        while offset < count {
            let type = datagram.uint16(at: offset)
            let start = offset &+ 4
            let end = start &+ Int(datagram.uint16(at: offset &+ 2))
            guard end <= count else { throw .truncatedAttribute(type: type) }
            if type == STUNAttribute.fingerprint {
                try readFingerprint(datagram, value: start..<end)
            } else if integrityOffset == nil {
                try readAttribute(type, value: start..<end, in: datagram)
            }
            offset = (end &+ 3) & ~3
        }
    }

    private mutating func readAttribute(
        _ type: UInt16,
        value: Range<Int>,
        in datagram: Span<UInt8>
    ) throws(STUNError) {
        func require(_ isSound: Bool) throws(STUNError) {
            guard isSound else { throw .malformedAttribute(type: type) }
        }
        let start = value.lowerBound
        switch type {
        case STUNAttribute.username:
            // At most 513 bytes (RFC 8489 §14.3).
            try require(username == nil && value.count < 514)
            username = value
        case STUNAttribute.messageIntegrity:
            try require(value.count == HMACSHA1.byteCount)
            integrityOffset = start &- 4
        case STUNAttribute.priority:
            try require(value.count == 4)
            priority = datagram.uint32(at: start)
        case STUNAttribute.useCandidate:
            try require(value.isEmpty)
            usesCandidate = true
        case STUNAttribute.iceControlling:
            try require(value.count == 8)
            controlling = datagram.uint64(at: start)
        case STUNAttribute.iceControlled:
            try require(value.count == 8)
            controlled = datagram.uint64(at: start)
        case STUNAttribute.xorMappedAddress:
            mappedAddress = address(datagram, value)
            try require(mappedAddress != nil)
        case STUNAttribute.errorCode:
            try require(value.count >= 4)
            let (hundreds, rest) = (Int(datagram[start &+ 2] & 7), Int(datagram[start &+ 3]))
            try require((3...6).contains(hundreds) && rest < 100)
            errorCode = hundreds * 100 + rest
        case STUNAttribute.unknownAttributes:
            break
        default:
            guard STUNAttribute.mustBeUnderstood(type), !STUNAttribute.isHarmless(type),
                unknownAttributes.count < Self.maximumUnknownAttributes
            else { break }
            unknownAttributes.append(type)
        }
    }

    private mutating func readFingerprint(_ datagram: Span<UInt8>, value: Range<Int>) throws(STUNError) {
        // Always the last attribute (RFC 8489 §14.7).
        guard value.count == 4, value.upperBound == datagram.count else {
            throw .malformedAttribute(type: STUNAttribute.fingerprint)
        }
        let checksum = CRC32.checksum(datagram.extracting(0..<value.lowerBound &- 4)) ^ CRC32.stunMask
        guard datagram.uint32(at: value.lowerBound) == checksum else { throw .wrongFingerprint }
        hasFingerprint = true
    }

    /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2).
    private func address(_ datagram: Span<UInt8>, _ value: Range<Int>) -> TransportAddress? {
        guard value.count >= 8 else { return nil }
        let start = value.lowerBound
        let port = datagram.uint16(at: start &+ 2) ^ UInt16(Self.magicCookie >> 16)
        switch (datagram[start &+ 1], value.count) {
        case (1, 8):
            return TransportAddress(ipv4: datagram.uint32(at: start &+ 4) ^ Self.magicCookie, port: port)
        case (2, 20):
            let mask = UInt64(Self.magicCookie) << 32 | UInt64(transactionID.high)
            return TransportAddress(
                ipv6High: datagram.uint64(at: start &+ 4) ^ mask,
                low: datagram.uint64(at: start &+ 12) ^ transactionID.low,
                port: port
            )
        default:
            return nil
        }
    }
}
